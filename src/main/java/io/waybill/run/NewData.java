package io.waybill.run;

import io.waybill.WaybillException;
import io.waybill.WaybillException.Stage;
import io.waybill.flow.ExportMode;
import io.waybill.ledger.Firings.LastNews;
import io.waybill.ledger.Ledger;
import io.waybill.ledger.Occasion;
import io.waybill.ledger.RunEntry;
import io.waybill.ledger.RunEntry.Status;
import io.waybill.query.Newest;
import java.time.ZonedDateTime;
import java.util.Optional;

/**
 * Whether a data set has something that a trigger has not started a run for: rows that its flow has not exported, where that exports
 * what is new, else another newest batch or watermark than at its last run.
 */
public record NewData(Planner planner, Ledger ledger) {

    /**
     * Looks; nothing is changed.
     *
     * @param trigger the id of the trigger's route
     * @return empty where there is nothing new, or a run for it is under way
     * @throws WaybillException when nobody can say
     */
    public Optional<Occasion.News> look(String trigger, ZonedDateTime now) {
        LastNews last =
                ledger.firings().lastNews(planner.subject().flow(), trigger).orElse(new LastNews(null, null));
        RunEntry run = last.runId() == null ? null : ledger.run(last.runId()).orElse(null);
        if (run != null && run.status() == Status.RUNNING && !ledger.silent().containsKey(run.runId())) {
            return Optional.empty();
        }
        if (exportsWhatIsNew()) {
            Planner.Waiting waiting = planner.waiting(Planner.Request.look("look", now), 1);
            return waiting.rows() > 0 || waiting.isHeldBack()
                    ? Optional.of(new Occasion.News(trigger, null, last.runId()))
                    : Optional.empty();
        }
        String newest = planner.ask(
                Stage.PLAN,
                (connection, catalog) -> Newest.of(
                        connection,
                        catalog.found(
                                planner.subject().dataSet(), planner.subject().namespace()),
                        planner.subject().dataSet()));
        if (newest == null) {
            return Optional.empty();
        }
        Occasion.News news = new Occasion.News(trigger, newest, last.runId());
        boolean failed = run != null && run.status() != Status.DONE;
        return failed || !news.seen().equals(last.seen()) ? Optional.of(news) : Optional.empty();
    }

    private boolean exportsWhatIsNew() {
        return planner.subject().export().isOfNewRows()
                && planner.subject().export().mode() != ExportMode.BATCH;
    }
}
