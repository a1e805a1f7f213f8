package io.waybill.run;

import static java.util.stream.Collectors.joining;

import io.waybill.WaybillException;
import io.waybill.database.Pushdown;
import io.waybill.database.Pushdown.Column;
import io.waybill.database.Pushdown.Task;
import io.waybill.database.Source;
import io.waybill.flow.Export;
import io.waybill.flow.Refusal;
import io.waybill.query.Query;
import io.waybill.query.Reading;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** A query whose rows the database itself writes into files. */
record PushedQuery(Export export, Source source, Query query) {

    static PushedQuery of(Plan plan) {
        return new PushedQuery(plan.export(), plan.source(), plan.query());
    }

    /**
     * How the database writes.
     *
     * @throws WaybillException when it does not
     */
    Pushdown pushdown() {
        return source.database()
                .pushdown()
                .orElseThrow(
                        () -> WaybillException.refusal("engine: \"pushdown\" has the database write the files, and "
                                + source.database().productName() + " cannot; leave engine out"));
    }

    Task task() {
        return new Task(
                export,
                query.sql(),
                query.parameters(),
                query.columns().stream()
                        .map(column -> new Column(column.label(), column.source()))
                        .toList());
    }

    /**
     * What there is to say of how the rows are read.
     *
     * @throws WaybillException when the database cannot write what the export asks for; the message says what to change
     */
    Reading reading(Connection connection) throws SQLException {
        Pushdown pushdown = pushdown();
        List<Refusal> refusals = pushdown.refusals(connection, task());
        if (!refusals.isEmpty()) {
            throw WaybillException.refusal(
                    refusals.stream().map(Refusal::toString).collect(joining("; ")));
        }
        pushdown.command(task(), ""); // refuses what it has no form for
        return new Reading(null, "by nobody: the database writes the files itself, by " + pushdown.words());
    }
}
