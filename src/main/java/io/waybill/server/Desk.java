package io.waybill.server;

import io.waybill.ledger.Ledger;
import io.waybill.ledger.ServerRecords;
import io.waybill.route.step.WaybillComponent;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import org.apache.camel.CamelContext;

/**
 * What all operations work with.
 *
 * @param context whose routes run
 * @param files the flow files
 * @param settings what the server was told
 * @param runs where runs go on that somebody has asked for
 * @param tls what the server proves itself by; empty where it answers by HTTP
 */
record Desk(CamelContext context, FlowFiles files, ServerSettings settings, ExecutorService runs, Optional<Tls> tls) {

    WaybillComponent component() {
        return context.getComponent("waybill", WaybillComponent.class);
    }

    Ledger ledger() {
        return component().ledger();
    }

    ServerRecords records() {
        return ledger().server();
    }

    Clock clock() {
        return component().getClock();
    }

    /** What a message says without where this machine keeps its files. */
    String outside(String message) {
        if (message == null) {
            return null;
        }
        String here = Path.of("").toAbsolutePath() + "/";
        return message.replace(here, "");
    }
}
