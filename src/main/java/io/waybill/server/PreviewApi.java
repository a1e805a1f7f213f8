package io.waybill.server;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waybill.WaybillException;
import io.waybill.database.SourceColumn;
import io.waybill.flow.FileFormat;
import io.waybill.flow.Flow;
import io.waybill.flow.Selection.PiiPolicy;
import io.waybill.format.JsonDataFormat;
import io.waybill.format.JsonFormat;
import io.waybill.route.step.FirstRowsReader;
import io.waybill.route.step.Planning;
import io.waybill.route.step.Preview;
import io.waybill.rows.RowFormat;
import io.waybill.rows.Rows;
import io.waybill.run.FirstRows;
import io.waybill.run.Planner;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Stream;

/** The first rows of a data set, as a file of JSON would have them, and as they would leave; few, and soon. */
final class PreviewApi {

    static final int MOST_ROWS = Preview.MOST_ROWS;
    private static final int USUAL_ROWS = Preview.USUAL_ROWS;

    /** What is shown of a text, or of bytes as they are written in JSON. */
    static final int MOST_CHARACTERS = 1000;

    private static final int MOST_SECONDS = 10;

    /** Has the database end a query by itself that nobody waits for any more. */
    private static final String UNTIL = "?statement.queryTimeout=" + MOST_SECONDS;

    /** Who looks at rows has a connection of the database meanwhile. */
    private static final int MOST_AT_ONCE = 4;

    private final Desk desk;
    private final DataSetsApi dataSets;
    private final FlowsApi flows;
    private final Semaphore atOnce = new Semaphore(MOST_AT_ONCE);

    PreviewApi(Desk desk, DataSetsApi dataSets, FlowsApi flows) {
        this.desk = desk;
        this.dataSets = dataSets;
        this.flows = flows;
    }

    List<Operation> operations() {
        String rows = "so many at most, " + USUAL_ROWS + " without it, up to " + MOST_ROWS;
        return List.of(
                Operation.of(
                                "previewDataSet",
                                "GET",
                                "/v2/datasets/{id}/preview",
                                Role.DOWNLOAD,
                                "The first rows of a data set, as they leave: without the columns that are marked pii, or as a flow has them.",
                                this::preview)
                        .query("rows", rows)
                        .query(
                                "flow",
                                "a flow that exports the data set: its columns, filters and transforms are used"),
                Operation.of(
                                "previewFlow",
                                "GET",
                                "/v2/flows/{id}/preview",
                                Role.DOWNLOAD,
                                "The first rows of an export, as its next run would have them leave.",
                                this::previewFlow)
                        .query("rows", rows)
                        .query("table", "of a flow of many tables, which, with its schema")
                        .query("format", "whose text is wanted, csv for example; without it, the export's own"));
    }

    private Answer preview(Call call) {
        int most = call.number("rows", 1, MOST_ROWS, USUAL_ROWS);
        String id = dataSets.known(call);
        Flow flow = call.parameter("flow").map(name -> flow(call, name, id)).orElse(null);
        List<Target> targets = targets(call.caller(), id, flow);
        requireDownload(call.caller(), id, flow, targets);
        return Answer.json(200, soon("data set \"" + id + "\"", call.caller(), under -> {
            LookedRows preview = flow == null ? ofTheDataSet(call, most) : ofAFlow(call.caller(), flow, targets, most);
            return preview.rows() == null ? preview.answer(List.of(), false) : rows(preview, under);
        }));
    }

    /** What somebody may fetch the files of who runs the flow, the first rows show; no more. */
    private Answer previewFlow(Call call) {
        int rows = call.number("rows", 1, MOST_ROWS, USUAL_ROWS);
        Flow flow = flows.flow(call, Role.DOWNLOAD);
        call.caller().requirePii(Role.DOWNLOAD, flow);
        FileFormat format = call.parameter("format").map(this::textFormat).orElse(null);
        ObjectNode read = soon("flow \"" + flow.id() + "\"", call.caller(), under -> {
            try {
                return Preview.plan(
                                desk.context(),
                                flow,
                                desk.files().dataSetOf(flow),
                                request(call.caller(), flow, List.of(Target.of(flow))),
                                rows,
                                format,
                                call.parameter("table").orElse(null))
                        .read(UNTIL, under::set);
            } catch (RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        return Answer.json(200, read);
    }

    private FileFormat textFormat(String name) {
        try {
            return Preview.textFormat(desk.context(), name);
        } catch (IllegalArgumentException e) {
            throw Refused.of(400, "format: " + e.getMessage());
        }
    }

    /** The flow that is named, which has to be one that the caller may see, and that exports the data set. */
    private Flow flow(Call call, String name, String id) {
        Flow flow = desk.files()
                .find(name)
                .filter(found -> call.caller().may(Role.VIEW, Target.of(found)))
                .orElseThrow(() -> Refused.notFound("flow: there is no flow \"" + name + "\""));
        if (flow.export() == null) {
            throw Refused.badRequest("flow: \"" + name + "\" compares tables, and exports nothing itself");
        }
        if (!id.equals(flow.sourceDataset())) {
            throw Refused.badRequest(
                    "flow: \"" + name + "\" exports data set \"" + flow.sourceDataset() + "\", not \"" + id + "\"");
        }
        return flow;
    }

    /** What a caller needs a grant for: the data set, as the flow that is named reads it, or that flow. */
    private List<Target> targets(Caller caller, String id, Flow flow) {
        if (flow == null) {
            return List.of(Target.ofDataSet(id));
        }
        try {
            return Stream.concat(new SourceRights(desk).itself(flow).stream(), Stream.of(Target.of(flow)))
                    .toList();
        } catch (WaybillException e) {
            throw refused(e, caller);
        }
    }

    /** What a flow would write may be seen by who may fetch its files; and columns that leave as they are though marked, by who may have these. */
    private static void requireDownload(Caller caller, String id, Flow flow, List<Target> targets) {
        if (targets.stream().noneMatch(target -> caller.may(Role.DOWNLOAD, target))) {
            throw Refused.forbidden("data set \"" + id + "\": role download is needed for it itself, or everywhere");
        }
        if (flow != null
                && flow.letsPersonalDataLeave()
                && targets.stream().noneMatch(target -> caller.mayPii(Role.DOWNLOAD, target))) {
            throw Refused.forbidden(
                    "flow \"" + flow.id() + "\": pii_policy = \"allow\" takes a grant of role download with pii");
        }
    }

    private LookedRows ofTheDataSet(Call call, int most) {
        DataSetsApi.Found found = dataSets.find(call);
        String id = found.source().id();
        boolean all = call.caller().mayPii(Role.DOWNLOAD, Target.ofDataSet(id));
        List<SourceColumn> columns = found.source().columns();
        if (!all && columns.stream().allMatch(SourceColumn::pii)) {
            return new LookedRows(
                    id,
                    null,
                    most,
                    null,
                    columns.stream().map(SourceColumn::name).toList());
        }
        FirstRows rows = FirstRows.of(
                found.source(),
                found.datasource(),
                all ? PiiPolicy.ALLOW : PiiPolicy.EXCLUDE,
                lines(),
                desk.clock().instant().atZone(ZoneOffset.UTC),
                most + 1L,
                found.from(call.caller()
                        .firstDay(
                                Role.DOWNLOAD,
                                Target.ofDataSet(id),
                                all,
                                desk.clock().instant())));
        return new LookedRows(id, null, most, rows, rows.leftOut());
    }

    private LookedRows ofAFlow(Caller caller, Flow flow, List<Target> targets, int most) {
        try {
            FirstRows rows = FirstRows.of(
                    Planning.of(desk.context(), flow, desk.files().dataSetOf(flow)),
                    lines(),
                    request(caller, flow, targets),
                    most + 1L);
            return new LookedRows(flow.sourceDataset(), flow.id(), most, rows, rows.leftOut());
        } catch (WaybillException e) {
            throw refused(e, caller);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** What is planned for a look that ends soon, of rows that a caller may see by their grants for some things. */
    private Planner.Request request(Caller caller, Flow flow, List<Target> targets) {
        return Planner.Request.look("preview", desk.clock().instant().atZone(flow.timezone()))
                .from(firstDay(caller, flow, targets))
                .within(MOST_SECONDS + 5); // who waits is told by then that it takes too long
    }

    /** The first day whose rows a caller may see of what a flow lets leave, by their grants for some things; null for any. */
    private LocalDate firstDay(Caller caller, Flow flow, List<Target> targets) {
        boolean pii = flow.letsPersonalDataLeave();
        List<Optional<LocalDate>> days = targets.stream()
                .filter(target -> pii ? caller.mayPii(Role.DOWNLOAD, target) : caller.may(Role.DOWNLOAD, target))
                .map(target -> Optional.ofNullable(
                        caller.firstDay(Role.DOWNLOAD, target, pii, desk.clock().instant())))
                .toList();
        return days.stream().anyMatch(Optional::isEmpty)
                ? null
                : days.stream().map(Optional::get).min(LocalDate::compareTo).orElse(null);
    }

    private Refused refused(WaybillException known, Caller caller) {
        return Refused.of(known.retryable() ? 503 : 409, desk.told(known.getMessage(), caller));
    }

    private static RowFormat lines() {
        JsonDataFormat lines = new JsonDataFormat();
        lines.set(JsonFormat.JSONL, true);
        return lines;
    }

    /**
     * Reads by another thread, which is not waited for longer than somebody would.
     *
     * @param what whose rows they are, for messages
     * @param read reads them, and says which rows it has begun to read
     */
    private ObjectNode soon(String what, Caller caller, Function<AtomicReference<Rows>, ObjectNode> read) {
        if (!atOnce.tryAcquire()) {
            throw Refused.of(503, MOST_AT_ONCE + " previews are read already").with("Retry-After", "2");
        }
        AtomicReference<Rows> under = new AtomicReference<>();
        CompletableFuture<ObjectNode> reading;
        try {
            reading = CompletableFuture.supplyAsync(
                    () -> {
                        try {
                            return read.apply(under);
                        } finally {
                            atOnce.release(); // not before: what is not waited for any more has its connection still
                        }
                    },
                    desk.runs());
        } catch (RejectedExecutionException e) {
            atOnce.release();
            throw Refused.of(503, "the server stops");
        }
        return awaited(what, caller, reading, under);
    }

    private ObjectNode awaited(
            String what, Caller caller, CompletableFuture<ObjectNode> reading, AtomicReference<Rows> under) {
        try {
            return reading.get(MOST_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            Optional.ofNullable(under.get()).ifPresent(Rows::cancel);
            throw late(what);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Refused.of(503, "the server stops");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Refused refused) {
                throw refused;
            }
            if (WaybillException.causes(e).anyMatch(PreviewApi::isLate)) {
                throw late(what);
            }
            WaybillException known = WaybillException.causes(e)
                    .filter(WaybillException.class::isInstance)
                    .map(WaybillException.class::cast)
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("a preview has failed", e));
            throw refused(known, caller);
        }
    }

    private static Refused late(String what) {
        return Refused.of(503, "the first rows of " + what + " have not come within " + MOST_SECONDS + " seconds")
                .with("Retry-After", "30");
    }

    /** Whether the database has ended the query: SQLState 57014, or as JDBC has it. */
    private static boolean isLate(Throwable cause) {
        return cause instanceof SQLTimeoutException
                || cause instanceof SQLException failure && "57014".equals(failure.getSQLState());
    }

    private ObjectNode rows(LookedRows preview, AtomicReference<Rows> under) {
        FirstRows asked = preview.rows();
        try {
            FirstRowsReader.Seen seen = new FirstRowsReader(
                            desk.context(), asked.datasource(), asked.query(), asked.hidesValues(), preview.most())
                    .read(UNTIL, under::set, asked.format(), null);
            return preview.answer(seen.rows(), seen.more());
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
