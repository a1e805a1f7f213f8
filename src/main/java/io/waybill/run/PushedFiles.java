package io.waybill.run;

import io.waybill.WaybillException;
import io.waybill.WaybillException.Stage;
import io.waybill.database.Ask;
import io.waybill.database.Pushdown;
import io.waybill.database.Pushdown.Command;
import io.waybill.database.Pushdown.Task;
import io.waybill.database.Pushdown.Written;
import io.waybill.facts.FileContent;
import io.waybill.facts.FileFacts;
import io.waybill.flow.Engine;
import io.waybill.flow.Export;
import io.waybill.flow.ExportKeys;
import io.waybill.flow.Form;
import io.waybill.ledger.Ledger;
import io.waybill.part.PartNames;
import io.waybill.part.StagedPart;
import io.waybill.rows.SqlFailure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Has the database write the files of a run to where nobody looks: into its staging folder, or below a prefix of its own where they are
 * delivered to. What it tells of them is taken for their rows alone: how long they are, and what they hold, is read again.
 */
public final class PushedFiles {

    /** Where several files come to be that the database names. */
    private static final String UNNAMED = "pushed";

    private final ActiveRun run;
    private final Plan plan;
    private final Path folder;
    private final PartNames names;
    private final Pushdown pushdown;
    private final Task task;

    /** @param folder the private folder of the run's staged files; it is there */
    public PushedFiles(ActiveRun run, Path folder) {
        this.run = run;
        this.plan = run.plan();
        this.folder = folder;
        this.names = plan.delivery().names();
        PushedQuery query = PushedQuery.of(plan);
        this.pushdown = query.pushdown();
        this.task = query.task();
    }

    /**
     * Refuses a flow whose files are to wait encrypted, where others write them: they write what everybody can read.
     *
     * @param encrypts whether files wait so; asked where it matters
     */
    public static void requirePlainStaging(String flow, Export export, BooleanSupplier encrypts) {
        if (export.engine() != Engine.LOCAL && encrypts.getAsBoolean()) {
            boolean isPushed = export.engine() == Engine.PUSHDOWN;
            throw WaybillException.refusal("engine: \"" + Form.lower(export.engine()) + "\" has "
                    + (isPushed ? "the database" : "executors") + " write files as they are, and"
                    + " waybill.staging.cipher has them wait encrypted; leave one of them out for flow " + flow);
        }
    }

    /**
     * @param ledger knows which runs have left files that nobody wants
     * @return the files, in the order of the rows, down to the disk
     */
    public List<StagedPart> write(Ledger ledger) throws IOException {
        List<StagedPart> parts = switch (pushdown.place()) {
            case FOLDER -> inFolder();
            case BUCKET -> inBucket(ledger);
        };
        long rows = parts.stream().mapToLong(part -> part.facts().rows()).sum();
        if (rows == 0 && plan.export().get(ExportKeys.SKIP_EMPTY)) {
            for (StagedPart part : parts) {
                Files.delete(part.file());
            }
            return List.of();
        }
        long bytes = parts.stream().mapToLong(part -> part.facts().bytes()).sum();
        run.progress(rows, bytes, parts.size());
        return List.copyOf(parts);
    }

    private List<StagedPart> inFolder() throws IOException {
        Path target = task.endsFiles() ? folder.resolve(UNNAMED) : StagedPart.fileIn(folder, 1, names.part(1));
        List<StagedPart> parts = new ArrayList<>();
        for (Written file : written(target.toString())) {
            parts.add(staged(file, parts.size() + 1));
        }
        if (task.endsFiles()) {
            Files.delete(target);
        }
        return parts;
    }

    private List<StagedPart> inBucket(Ledger ledger) {
        PushedObjects objects = new PushedObjects(plan);
        objects.sweep(ledger);
        List<Written> written = written(objects.uri());
        List<StagedPart> parts = objects.staged(pushdown.tellsOfFiles() ? written : null, folder);
        if (parts.size() > 1 && !task.hasSeveral()) {
            throw new WaybillException(
                    Stage.STAGE,
                    "the database has written " + parts.size()
                            + " files, and file_path names one; end it in /, or write" + " {part} in it");
        }
        return parts;
    }

    /** In a transaction of its own where that is wanted, which sees what was there when it began, and is rolled back. */
    private List<Written> written(String target) {
        Command command = pushdown.command(task, target);
        try (Connection connection = run.sources().find(plan.datasource()).getConnection()) {
            boolean autoCommit = connection.getAutoCommit();
            if (pushdown.inTransaction()) {
                connection.setAutoCommit(false);
            }
            try (PreparedStatement statement = connection.prepareStatement(command.sql())) {
                run.stopping(() -> cancel(statement));
                requireGoingOn(null);
                Ask.bind(statement, command.parameters());
                List<Written> written = pushdown.write(statement, task, target);
                requireGoingOn(null);
                return written;
            } finally {
                run.stopping(() -> {});
                if (pushdown.inTransaction()) {
                    connection.rollback();
                    connection.setAutoCommit(autoCommit);
                }
            }
        } catch (SQLException e) {
            requireGoingOn(e);
            throw SqlFailure.of(Stage.READ, "data source " + plan.datasource(), e, plan.hidesValues());
        }
    }

    private void requireGoingOn(SQLException cause) {
        if (run.isCancelled()) {
            throw new WaybillException(
                    Stage.READ, true, "the run was interrupted while the database wrote its files", cause);
        }
    }

    private static void cancel(PreparedStatement statement) {
        try {
            statement.cancel();
        } catch (SQLException e) {
            // it has ended by itself; the run stops behind it
        }
    }

    private StagedPart staged(Written written, int number) throws IOException {
        String name = names.part(number);
        Path file = StagedPart.fileIn(folder, number, name);
        Path there = Path.of(written.file());
        if (!there.equals(file)) {
            Files.move(there, file);
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
                InputStream in = Channels.newInputStream(channel)) {
            FileContent content = FileContent.of(in);
            channel.force(true);
            return new StagedPart(
                    file,
                    number,
                    new FileFacts(name, written.rows(), content.bytes(), content.sha256(), written.rowGroups()));
        }
    }
}
