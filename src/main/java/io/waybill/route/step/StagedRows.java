package io.waybill.route.step;

import io.waybill.WaybillException;
import io.waybill.WaybillException.Stage;
import io.waybill.flow.Engine;
import io.waybill.flow.ExportKeys;
import io.waybill.flow.Form;
import io.waybill.format.TakenIterators;
import io.waybill.query.Query.SelectedColumn;
import io.waybill.route.FlowSteps;
import io.waybill.route.Verb;
import io.waybill.rows.BodyRows;
import io.waybill.rows.DividedRows;
import io.waybill.rows.MapRows;
import io.waybill.rows.RowSchema;
import io.waybill.rows.Rows;
import io.waybill.run.ActiveRun;
import io.waybill.run.Plan;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.component.jdbc.JdbcConstants;

/**
 * The rows that {@code waybill:stage} finds in a message's body: those of {@code rows:}, or maps, which have the columns of the plan. What
 * has come into the place of rows that nobody has read is not taken for them.
 */
record StagedRows(WaybillEndpoint step, ActiveRun run) {

    /** @throws WaybillException when the body is none, or not this run's */
    Rows of(Exchange exchange) {
        Object body = exchange.getMessage().getBody();
        if (body instanceof Rows rows) {
            return rows.take(name());
        }
        Iterator<?> maps = maps(body);
        if (maps == null) {
            throw refusal(" takes rows, or a list or an iterator of maps, not "
                    + (body == null ? "an empty body" : body.getClass().getName())
                    + "; a rows: step has to come before it" + between());
        }
        requireRead(exchange);
        if (body instanceof Iterator<?> iterator) {
            TakenIterators.of(exchange.getContext()).take(iterator, name());
        }
        return new MapRows(maps, columns(run.plan()));
    }

    /**
     * Checks that what comes is the run's query, which others are to write the rows of.
     *
     * @throws WaybillException when somebody has put something else into its place, which would not be written
     */
    void requireQuery(Exchange exchange) {
        Object body = exchange.getMessage().getBody();
        Object parameters = exchange.getMessage().getHeader(JdbcConstants.JDBC_PARAMETERS);
        if (!run.plan().query().sql().equals(body)
                || !run.plan().query().namedParameters().equals(parameters)) {
            Engine engine = run.plan().export().engine();
            throw refusal(" has " + (engine == Engine.PUSHDOWN ? "the database" : "Spark")
                    + " write the rows of the query that waybill:begin has planned, by engine=" + Form.lower(engine)
                    + ", and the body is "
                    + (body instanceof String
                            ? "another query, or has other parameters"
                            : body == null ? "empty" : body.getClass().getName())
                    + "; neither a rows: step belongs before it, nor one that changes the query" + between());
        }
    }

    /**
     * The ranges of the rows, which other processes read as well.
     *
     * @throws WaybillException when somebody does something to rows on the way, which the others would not do
     */
    DividedRows divided(Rows rows) {
        FlowSteps steps = FlowSteps.of(step.getCamelContext(), step.flow());
        if (steps.rows().isEmpty()) {
            rows.close();
            throw refusal(": other processes read rows of it, by processes = "
                    + run.plan().export().get(ExportKeys.PROCESSES)
                    + ", as one step rows: between waybill:begin and this one would, and there is not that one step alone"
                    + between());
        }
        return rows.ranges().orElseThrow(() -> {
            rows.close();
            return refusal(": the rows in the body are not those that the flow's step rows: has read" + between());
        });
    }

    /** Null where the body is none. */
    private static Iterator<?> maps(Object body) {
        if (body instanceof Iterator<?> iterator) {
            return iterator;
        }
        if (body instanceof Map<?, ?> map) {
            return List.of(map).iterator();
        }
        return body instanceof Iterable<?> iterable ? iterable.iterator() : null;
    }

    private void requireRead(Exchange exchange) {
        BodyRows rows = exchange.getProperty(BodyRows.PROPERTY, BodyRows.class);
        if (rows != null && !rows.isReadToTheEnd()) {
            throw refusal(
                    ": the rows of the rows: step were not read to their end, and maps have come into their place;"
                            + " none of them may be lost" + between());
        }
        if (rows == null && run.plan().increment() != null) {
            throw refusal(": sinceLastExport moves a watermark by what a rows: step has read, and the maps come from"
                    + " elsewhere; read with rows:, or leave sinceLastExport out");
        }
    }

    /** As they are read: what becomes of their values before they leave is the format's. */
    static RowSchema columns(Plan plan) {
        return new RowSchema(
                plan.query().columns().stream().map(SelectedColumn::read).toList());
    }

    private String name() {
        return "waybill:stage/" + run.flow();
    }

    private String between() {
        return FlowSteps.of(step.getCamelContext(), step.flow())
                .before(Verb.STAGE)
                .map(steps -> "; before it stand: " + steps)
                .orElse("");
    }

    private WaybillException refusal(String why) {
        return new WaybillException(Stage.STAGE, name() + why);
    }
}
