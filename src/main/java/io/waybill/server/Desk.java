package io.waybill.server;

import io.waybill.delivery.Destinations;
import io.waybill.flow.Key;
import io.waybill.ledger.Ledger;
import io.waybill.ledger.ServerRecords;
import io.waybill.route.step.WaybillComponent;
import io.waybill.run.Redrive;
import io.waybill.settings.Settings;
import io.waybill.settings.SettingsTable;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;

/**
 * What all operations work with.
 *
 * @param context whose routes run
 * @param files the flow files
 * @param told what the server was told last
 * @param runs where runs go on that somebody has asked for
 * @param tls what the server proves itself by; empty where it answers by HTTP
 * @param addresses where the settings lead
 */
record Desk(
        CamelContext context,
        FlowFiles files,
        AtomicReference<ServerSettings> told,
        ExecutorService runs,
        Optional<Tls> tls,
        Addresses.Kept addresses) {

    /** The folders of a path of this machine, which no URI is. */
    private static final Pattern ABSOLUTE =
            Pattern.compile("(?:(?<![\\w:/.…~*})])|(?<=\\bfile:))/(?:[^\\s/\"'<>|:;,()]+/)+");

    /** What the server was told, as it holds now. */
    ServerSettings settings() {
        return told.get();
    }

    WaybillComponent component() {
        return context.getComponent("waybill", WaybillComponent.class);
    }

    /** As callers have it. */
    Ledger ledger() {
        return component().ledger().forCallers();
    }

    Redrive redrive() {
        return new Redrive(ledger(), new Destinations(context)::replacesByKey);
    }

    ServerRecords records() {
        return ledger().server();
    }

    Clock clock() {
        return component().getClock();
    }

    /**
     * What a message says to somebody. Where this machine keeps its files, and where its settings lead, is nobody's business but an
     * administrator's.
     */
    String told(String message, Caller caller) {
        return told(message, caller, () -> "");
    }

    /**
     * Likewise.
     *
     * @param given what they have given themselves, or may see: the names of servers in it may be told
     */
    String told(String message, Caller caller, Supplier<String> given) {
        return message == null || caller.mayEverywhere(Role.ADMIN)
                ? message
                : withoutPaths(addresses.now().without(message, given));
    }

    /** What a text that is no message, a name or SQL, says to somebody. */
    String shown(String text, Caller caller, Supplier<String> given) {
        return text == null || caller.mayEverywhere(Role.ADMIN)
                ? text
                : withoutPaths(addresses.now().withoutServers(text, given));
    }

    private String withoutPaths(String message) {
        if (message.indexOf('/') < 0) {
            return message;
        }
        String told = message.replace(Path.of("").toAbsolutePath() + "/", "")
                .replace(settings().files() + "/", "");
        for (Key<String> folder : List.of(SettingsTable.STAGING, SettingsTable.DEAD_LETTER)) {
            Path kept =
                    Path.of(Settings.of(context).get(folder)).toAbsolutePath().normalize();
            told = told.replace(kept.toString(), "…");
        }
        return ABSOLUTE.matcher(told).replaceAll("…/");
    }
}
