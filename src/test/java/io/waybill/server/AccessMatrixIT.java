package io.waybill.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.server.ServerHarness.Answered;
import io.waybill.server.ServerHarness.Asking;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Each role with each operation, on what it is for and on what belongs to others. What comes of it is the table of docs/server.md;
 * {@code -Dwrite} writes it.
 */
class AccessMatrixIT {

    private static final Path PAGE = Path.of("docs/server.md");
    private static final String BEGIN = "<!-- access -->\n";
    private static final String END = "<!-- end -->";

    @RegisterExtension
    private final ServerHarness server = ServerHarness.with("mine")
            .withFlow(
                    "theirs",
                    "namespace = \"finance\"\n" + ServerHarness.export("theirs").replace("\"orders\"", "\"secrets\""));

    private String mineRun;
    private String theirRun;

    @Test
    void theTableSaysWhatIsAnswered() throws Exception {
        io.waybill.TestDatabases.execute(
                server.database(), "CREATE SCHEMA finance", "CREATE TABLE finance.secrets AS SELECT * FROM orders");
        mineRun = path(server.run("mine").get("run_id").asText());
        theirRun = path(server.run("theirs").get("run_id").asText());
        Map<Role, String> tokens = new EnumMap<>(Role.class);
        for (Role role : Role.values()) {
            tokens.put(role, server.token(role.label() + "@namespace:public, " + role.label() + "@dataset:orders"));
        }
        StringBuilder table = new StringBuilder("| call | needs |");
        tokens.keySet().forEach(role -> table.append(" ").append(role.label()).append(" |"));
        table.append(" of others |\n| --- | --- |")
                .append(" --- |".repeat(tokens.size() + 1))
                .append("\n");
        Map<Role, String> everywhere = new EnumMap<>(Role.class);
        for (Role role : Role.values()) {
            everywhere.put(role, server.token(role.label() + "@*"));
        }
        for (Operation operation : server.operations()) {
            if (operation.isPage() && operation.role() == null) {
                continue; // logging in, and what the pages are drawn with
            }
            boolean isOfAll = operation.path().matches("(/v2)?/(access|audit|sessions|reload|nodes).*");
            List<String> others = new ArrayList<>();
            table.append("| `")
                    .append(operation.method())
                    .append(" ")
                    .append(operation.template())
                    .append("` | ");
            table.append(needed(operation)).append(" |");
            for (Map.Entry<Role, String> token : tokens.entrySet()) {
                String own = outcome(operation, true, isOfAll ? everywhere.get(token.getKey()) : token.getValue());
                table.append(" ").append(own).append(" |");
                others.add(outcome(operation, false, token.getValue()));
                // what is declared is what is answered
                boolean may = operation.role() == null || token.getKey().includes(operation.role());
                assertThat(own).as(operation.id() + " by " + token.getKey()).isEqualTo(may ? "yes" : "403");
                assertThat(outcome(operation, true, null)).isEqualTo(operation.role() == null ? "yes" : "401");
            }
            table.append(" ")
                    .append(String.join(" or ", others.stream().distinct().toList()))
                    .append(" |\n");
            assertThat(others).as(operation.id()).allMatch(other -> operation.role() == null || !other.equals("yes"));
        }
        String text = Files.readString(PAGE);
        int from = text.indexOf(BEGIN) + BEGIN.length();
        int to = text.indexOf(END, from);
        if (System.getProperty("write") != null) {
            Files.writeString(PAGE, text.substring(0, from) + table + text.substring(to));
        } else {
            assertThat(text.substring(from, to)).isEqualTo(table.toString());
        }
    }

    private String path(String runId) {
        String name = server.ledger().run(runId).orElseThrow().files().get(0).name();
        return runId + "/files/" + name;
    }

    /** What comes of a call: {@code yes}, whatever else is wrong with it, the status that it is turned away with, or {@code left out}. */
    private String outcome(Operation operation, boolean own, String token) throws Exception {
        Answered answered = call(operation, own).as(token).send();
        if (answered.status() == 303 && answered.header("Location").startsWith("/login")) {
            return "401"; // as a page has it
        }
        if (answered.status() == 404 && answered.text().contains("that opens anything")) {
            return "yes"; // there is none of that id to end
        }
        if (answered.status() == 401 || answered.status() == 404) {
            return Integer.toString(answered.status());
        }
        boolean isOfPlaces = answered.text().contains("none that an administrator has named");
        if (answered.status() == 403 && !isOfPlaces) {
            return "403";
        }
        boolean isList = operation.path().matches("/v2/(flows|runs|datasets|tables)|/metrics|/|/(runs|datasets)")
                && operation.method().equals("GET");
        boolean isOfNew = operation.path().equals("/new"); // the data sets that one may choose from
        boolean isOfWaiting = !own && operation.path().equals("/waiting"); // where there is none of one's own
        return (isList || isOfNew || isOfWaiting)
                        && !answered.text()
                                .matches("(?s).*[\"/>](%s)[\"<].*".formatted(own ? "mine|orders" : "theirs|secrets"))
                ? "left out"
                : "yes";
    }

    private Asking call(Operation operation, boolean own) {
        String flow = own ? "mine" : "theirs";
        String run = own ? mineRun : theirRun;
        String id = operation.path().matches("(/v2)?/runs.*")
                ? run.substring(0, run.indexOf('/'))
                : operation.path().matches("(/v2)?/(datasets|tables).*") ? own ? "orders" : "secrets" : flow;
        Asking asking = server.ask(
                operation.method(),
                operation.path().replace("{id}", id).replace("{name*}", run.substring(run.lastIndexOf('/') + 1)));
        String toml = (own ? "" : "namespace = \"finance\"\n") + "id = \"" + flow + "\"\n" + ServerHarness.export(flow);
        return switch (operation.id()) {
            case "addFlow", "putFlow", "planText" -> asking.toml(toml);
            case "runFlow" -> asking.json("{\"mode\": \"none\"}");
            case "export" -> asking.json("""
                    {"dataset": "%s", "export_paths": {"paths": ["a"], "storage_config": {"storage_type": "S3",
                     "bucket": "bucket", "credentials": {"access_key": "a", "secret_key": "s"}}}}
                    """.formatted(own ? "orders" : "secrets"));
            case "editFlow", "saveFlowForm" ->
                asking.body(
                        "id=" + flow + "&tag=old&do=compare&text="
                                + java.net.URLEncoder.encode(toml, java.nio.charset.StandardCharsets.UTF_8),
                        Operation.FORM);
            default ->
                operation.takes().contains(Operation.FORM)
                        ? asking.body("reason=why&mode=none", Operation.FORM)
                        : asking;
        };
    }

    private static String needed(Operation operation) {
        if (operation.role() == null) {
            return "nothing";
        }
        return operation.role().label()
                + (List.of("getAccess", SessionsApi.END, NodesApi.ID).contains(operation.id()) ? "@*" : "");
    }
}
