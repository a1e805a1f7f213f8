package io.waybill.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.server.ServerHarness.Answered;
import io.waybill.server.ServerHarness.Asking;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the form of a flow answers to a browser that runs no script. */
class FormPagesIT {

    private static final String ORDERS = """
            # The orders, each night.
            [properties.export]
            source_dataset_id = "orders"   # of the shop
            file_path = "%s/orders_{ds}.csv"
            """;

    @RegisterExtension
    private final ServerHarness server = ServerHarness.with("other").withFlow("orders", ORDERS.formatted("{{files}}"));

    /** A page, with the fields of its form. */
    private record Shown(int status, String text, Map<String, String> fields) {}

    private String cookies = "";

    private Shown get(String path) throws Exception {
        return shown(server.get(path));
    }

    private Shown shown(Asking asking) throws Exception {
        if (!cookies.isEmpty()) {
            asking.header("Cookie", cookies);
        }
        Answered answered = asking.header("Accept", "text/html").send();
        if (answered.header("Set-Cookie") != null) {
            cookies = answered.header("Set-Cookie").split(";")[0];
        }
        Map<String, String> fields = new LinkedHashMap<>();
        String text = answered.text() == null ? "" : answered.text();
        Matcher inputs = Pattern.compile("<input[^>]*? name=\"([^\"]+)\"(?: value=\"([^\"]*)\")?[^>]*>")
                .matcher(text);
        while (inputs.find()) {
            boolean isTick = inputs.group().contains("checkbox");
            if (!isTick || inputs.group().contains(" checked")) {
                String value = plain(String.valueOf(inputs.group(2)));
                boolean isOfSeveral =
                        isTick && !value.equals("true") || inputs.group(1).matches("[kv]:.*");
                fields.merge(plain(inputs.group(1)), value, (first, next) -> isOfSeveral ? first + "\n" + next : next);
            }
        }
        Matcher selects = Pattern.compile("<select[^>]*? name=\"([^\"]+)\".*?</select>", Pattern.DOTALL)
                .matcher(text);
        while (selects.find()) {
            Matcher chosen =
                    Pattern.compile("<option value=\"([^\"]*)\" selected").matcher(selects.group());
            fields.put(plain(selects.group(1)), chosen.find() ? plain(chosen.group(1)) : "");
        }
        if (answered.header("Location") != null) {
            text = answered.header("Location");
        }
        return new Shown(answered.status(), text, fields);
    }

    private static String plain(String escaped) {
        return escaped.replace("&#34;", "\"")
                .replace("&#39;", "'")
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&amp;", "&");
    }

    /** Presses a button of a page's form, with some fields filled in. */
    private Shown press(Shown page, String button, String... filled) throws Exception {
        Map<String, String> fields = new LinkedHashMap<>(page.fields());
        for (int i = 0; i < filled.length; i += 2) {
            fields.put(filled[i], filled[i + 1]);
        }
        fields.put("do", button);
        List<String> pairs = new ArrayList<>();
        fields.forEach((name, value) -> {
            boolean isOfSeveral =
                    name.matches("[kv]:.*") || name.startsWith("f:") && fields.containsKey("t:" + name.substring(2));
            (isOfSeveral ? List.of(value.split("\n", -1)) : List.of(value))
                    .forEach(each -> pairs.add(encoded(name) + "=" + encoded(each)));
        });
        String path = button.equals("save") ? "/edit/save" : "/edit";
        return shown(server.post(path).body(String.join("&", pairs), "application/x-www-form-urlencoded"));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static String base(Shown page) {
        return new String(Base64.getDecoder().decode(page.fields().get("base")), StandardCharsets.UTF_8);
    }

    private void logIn(String grants) throws Exception {
        cookies = "";
        String token = server.token(grants);
        Shown login = get("/login");
        String body = "_seal=" + encoded(login.fields().get("_seal")) + "&token=" + token;
        assertThat(shown(server.post("/login").body(body, "application/x-www-form-urlencoded"))
                        .status())
                .isEqualTo(303);
    }

    private Shown begin(String... fields) throws Exception {
        Shown page = get("/new");
        StringBuilder body = new StringBuilder("_seal=" + encoded(page.fields().get("_seal")));
        for (int i = 0; i < fields.length; i += 2) {
            body.append("&").append(fields[i]).append("=").append(encoded(fields[i + 1]));
        }
        return shown(server.post("/new").body(body.toString(), "application/x-www-form-urlencoded"));
    }

    private String file(String id) throws Exception {
        return Files.readString(server.file("routes/" + id + ".toml"));
    }

    @Test
    void makesAnExportFromATable() throws Exception {
        Shown form = begin("dataset", "orders", "id", "new-orders");
        assertThat(form.status()).as(form.text()).isEqualTo(200);
        String folder = server.file("exports").toString();
        Shown difference = press(
                form,
                "compare",
                "f:properties.export.file_path",
                folder + "/",
                "f:properties.export.compression",
                "gzip");
        assertThat(difference.status()).as(difference.text()).isEqualTo(200);
        assertThat(difference.text()).contains("The new flow", "compression = \"gzip\"");
        Shown saved = press(difference, "save");
        assertThat(saved.status()).as(saved.text()).isEqualTo(303);
        assertThat(saved.text()).isEqualTo("/flows/new-orders");
        assertThat(file("new-orders")).isEqualTo("""
                [properties.export]
                source_dataset_id = "orders"
                file_path = "%s/{flow_id}_{ds_nodash}.csv"
                format = "csv"
                compression = "gzip"
                """.formatted(folder));
        assertThat(server.run("new-orders").get("rows").asLong()).isEqualTo(100);
    }

    @Test
    void offersTablesToPickFromAndShowsTheColumnsOfTheOneThatIsPicked() throws Exception {
        assertThat(get("/new").text()).contains("href=\"/new?dataset=orders#begin\"");
        Shown picked = get("/new?dataset=orders&search=rder");
        assertThat(picked.fields()).containsEntry("dataset", "orders").containsEntry("search", "rder");
        assertThat(picked.text())
                .contains(
                        "Columns of orders<wbr> <span class=\"quiet\">(table public.<wbr>orders<wbr>)</span>",
                        "aria-current=\"true\"",
                        "<code>customer</code> <span class=\"quiet\">text</span>");
        assertThat(get("/new?search=none-of-these").text()).contains("has <code>none-of-these</code> in its name");
        logIn("create@namespace:elsewhere");
        assertThat(get("/new").text())
                .contains("There is no table or view in <code>db</code> that you may export.")
                .doesNotContain("dataset=orders");
        assertThat(get("/new?dataset=orders").text())
                .contains("that the caller may export")
                .doesNotContain("Columns of orders");
    }

    @Test
    void saysWhyTablesCannotBeOffered() throws Exception {
        server.context().getRegistry().bind("second", server.database());
        assertThat(get("/new").text())
                .contains("several data sources are configured", "<select id=\"in\" name=\"datasource\">");
        Shown second = get("/new?datasource=second");
        assertThat(second.text()).contains("href=\"/new?dataset=orders&amp;datasource=second#begin\"");
    }

    @Test
    void changesOneKeyAndKeepsAllElseOfTheFile() throws Exception {
        Shown form = get("/flows/orders/edit");
        Shown difference = press(form, "compare", "f:properties.export.max_rows_per_file", "10");
        assertThat(difference.text())
                .contains("added: </span><code>max_rows_per_file = 10</code>")
                .doesNotContain("removed: ");
        assertThat(press(difference, "save").status()).isEqualTo(303);
        assertThat(file("orders")).isEqualTo(ORDERS.formatted("{{files}}") + "max_rows_per_file = 10\n");
    }

    @Test
    void offersTheColumnsOfTheDataSetAlsoThoseThatAreNotTaken() throws Exception {
        Shown form = begin("dataset", "orders", "id", "new-orders");
        assertThat(form.text()).contains("value=\"customer\"", "bigint", "<option value=\"customer\">");
        Shown one = press(form, "show", "f:properties.export.columns", "customer");
        assertThat(base(one)).contains("columns = [\"customer\"]");
        assertThat(one.text()).contains("<code>id</code> <span class=\"quiet\">bigint</span>");
        Shown gone = press(one, "show", "f:properties.export.columns", "customer\nlost");
        assertThat(gone.text()).contains("not in the data set");
    }

    @Test
    void hasARowForEachPairAndOneMore() throws Exception {
        Shown form = get("/flows/orders/edit");
        Shown one =
                press(form, "show", "k:properties.export.privacy", "customer", "v:properties.export.privacy", "mask");
        assertThat(base(one)).contains("customer = \"mask\"");
        assertThat(one.fields()).containsEntry("k:properties.export.privacy", "customer\n");
        Shown twice = press(
                one,
                "compare",
                "k:properties.export.privacy",
                "customer\ncustomer",
                "v:properties.export.privacy",
                "a\nb");
        assertThat(twice.text()).contains("properties.export.privacy: \"customer\" stands there twice");
    }

    @Test
    void putsWhatIsSavedOnRecordAndNoPlanBefore() throws Exception {
        Shown form = get("/flows/orders/edit");
        for (String limit : List.of("1", "12", "120")) {
            press(form, "plan", "f:properties.export.limit", limit);
        }
        Shown difference = press(form, "compare", "f:properties.export.limit", "120");
        assertThat(press(difference, "save").status()).isEqualTo(303);
        assertThat(press(form, "plan", "_seal", "wrong").status()).isEqualTo(403);
        assertThat(server.ledger().audit().latest(50))
                .extracting(entry -> entry.action() + ": " + entry.detail())
                .filteredOn(line -> line.matches("page (editFlow|saveFlowForm):.*"))
                .containsExactlyInAnyOrder("page saveFlowForm: answered 303", "page editFlow: answered 403");
    }

    @Test
    void showsThePlanOfWhatIsFilledIn() throws Exception {
        Shown form = get("/flows/orders/edit");
        assertThat(form.text()).contains("What a run would do now", "customer");
        Shown plan = press(form, "plan", "f:properties.export.columns", "id");
        assertThat(plan.text())
                .doesNotContain("<html")
                .contains("<code>id</code>")
                .doesNotContain("<code>customer</code>");
    }

    @Test
    void showsWhatIsWrongAtItsFieldAndSavesNothing() throws Exception {
        Shown form = get("/flows/orders/edit");
        Shown refused = press(form, "compare", "f:properties.export.limit", "many");
        assertThat(refused.status()).isEqualTo(422);
        String message = "\"many\" is text; a whole number of at least 1 is expected";
        assertThat(refused.text())
                .contains("<a href=\"#f-properties.export.limit\">line 5: limit: " + message)
                .contains("id=\"p-properties.export.limit\">\n<li class=\"said\">" + message);
        assertThat(press(form, "save", "f:properties.export.limit", "many").status())
                .isEqualTo(422);
        assertThat(press(form, "plan", "f:properties.export.limit", "many").text())
                .contains("#f-properties.export.limit");
        assertThat(file("orders")).isEqualTo(ORDERS.formatted("{{files}}"));
    }

    @Test
    void showsAProblemOfThePlanThatTheFormCannotPlace() throws Exception {
        Shown form = begin("dataset", "nothing_there");
        assertThat(form.text()).contains("There is no plan of this", "nothing_there");
        assertThat(press(form, "compare").status()).isEqualTo(200);
    }

    @Test
    void schedulesAnExport() throws Exception {
        Shown form = press(get("/flows/orders/edit"), "add:triggers");
        assertThat(form.fields())
                .containsEntry("f:triggers[0].type", "daily")
                .containsEntry("f:triggers[0].at", "02:00");
        Shown other = press(form, "show", "f:triggers[0].type", "interval", "f:triggers[0].at", "");
        assertThat(other.fields())
                .containsKeys(
                        "f:triggers[0].every",
                        "f:triggers[0].start_at",
                        "f:triggers[0].end_at",
                        "f:triggers[0].repeat");
        Shown difference = press(
                other,
                "compare",
                "f:triggers[0].every",
                "1h",
                "f:triggers[0].start_at",
                "2026-01-15T02:00",
                "f:triggers[0].repeat",
                "3");
        assertThat(press(difference, "save").status()).as(difference.text()).isEqualTo(303);
        assertThat(file("orders"))
                .endsWith(
                        "\n[[triggers]]\ntype = \"interval\"\nevery = \"1h\"\nstart_at = \"2026-01-15T02:00\"\nrepeat = 3\n");
        Shown less = press(get("/flows/orders/edit"), "remove:triggers[0]");
        assertThat(base(less)).isEqualTo(ORDERS.formatted("{{files}}"));
    }

    @Test
    void theSecondOfTwoWhoChangeAFlowSeesTheDifferenceAndOverwritesNothingUnasked() throws Exception {
        Shown first = get("/flows/orders/edit");
        Shown second = get("/flows/orders/edit");
        assertThat(press(first, "save", "f:properties.export.limit", "5").status())
                .isEqualTo(303);
        Shown conflict = press(second, "save", "f:properties.export.limit", "7");
        assertThat(conflict.status()).isEqualTo(412);
        assertThat(conflict.text())
                .contains("Somebody has saved this flow since", "<code>limit = 5</code>", "<code>limit = 7</code>");
        assertThat(file("orders")).contains("limit = 5");
        assertThat(press(second, "compare", "f:properties.export.limit", "7").status())
                .isEqualTo(412);
        assertThat(press(conflict, "save").status()).isEqualTo(303);
        assertThat(file("orders")).contains("limit = 7");
    }

    @Test
    void editsAsTextByTheSameWay() throws Exception {
        Shown text = press(get("/flows/orders/edit"), "text", "f:properties.export.limit", "5");
        assertThat(text.text()).contains("<textarea", "limit = 5");
        Shown wrong = press(text, "show", "text", "[properties.export\r\n");
        assertThat(wrong.status()).isEqualTo(422);
        assertThat(wrong.text()).contains("<textarea", "not valid TOML");
        String changed = (ORDERS.formatted("{{files}}") + "limit = 6\n").replace("\n", "\r\n");
        assertThat(press(press(text, "compare", "text", changed), "save").status())
                .isEqualTo(303);
        assertThat(file("orders")).isEqualTo(ORDERS.formatted("{{files}}") + "limit = 6\n");
    }

    @Test
    void aFlowThatIsThereIsNotBegunAnew() throws Exception {
        Shown page = begin("dataset", "orders");
        assertThat(page.status()).isEqualTo(422);
        assertThat(page.text()).contains("ID: there is a flow \"orders\" already.");
        assertThat(begin("dataset", "orders", "id", "a b").text()).contains("ID: ", "a b");
        assertThat(begin("id", "a").text()).contains("Data set: it is missing");
        Shown form = begin("dataset", "orders", "id", "made");
        String folder = server.file("exports").toString() + "/";
        assertThat(press(form, "save", "f:properties.export.file_path", folder).status())
                .isEqualTo(303);
        assertThat(press(form, "save", "f:properties.export.file_path", folder).status())
                .isEqualTo(412);
    }

    @Test
    void whoMayNotCreateGetsNoForm() throws Exception {
        logIn("view@*");
        assertThat(get("/new").status()).isEqualTo(403);
        assertThat(get("/flows/orders/edit").status()).isEqualTo(403);
        assertThat(get("/flows/orders").text()).doesNotContain("/flows/orders/edit");
        assertThat(get("/").text()).doesNotContain("/new");
        logIn("create@flow:other");
        assertThat(get("/flows/orders/edit").status()).isEqualTo(404);
    }

    @Test
    void whoIsNoAdministratorIsHeldToTheSamePlacesAsByTheApi() throws Exception {
        logIn("create@*");
        Shown form = begin("dataset", "orders", "id", "mine");
        Shown refused = press(form, "save", "f:properties.export.file_path", "/etc/");
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.text()).contains("is not below the folder of waybill.server.files");
        Shown placeholder = press(form, "save", "f:name", "{{files}}");
        assertThat(placeholder.text()).contains("is a property placeholder; role admin@* is needed to write one");
        assertThat(server.file("routes/mine.toml")).doesNotExist();
    }

    @Test
    void takesNoFormOfAnotherPage() throws Exception {
        Shown form = get("/flows/orders/edit");
        assertThat(press(form, "save", "_seal", "wrong", "f:properties.export.limit", "5")
                        .status())
                .isEqualTo(403);
        assertThat(press(form, "show", "base", "%%%").text()).contains("base: is not the text of a flow");
        assertThat(press(form, "add:properties").text()).contains("is no part of this form");
    }

    @Test
    void showsHostileTextAsText() throws Exception {
        String hostile = "\"><script>alert(1)</script>";
        Shown form = press(get("/flows/orders/edit"), "show", "f:name", hostile, "f:properties.export.limit", hostile);
        assertThat(form.text()).doesNotContain("<script>alert");
        assertThat(form.fields()).containsEntry("f:name", hostile);
        assertThat(press(form, "text").text()).doesNotContain("<script>alert");
        assertThat(press(get("/flows/orders/edit"), "compare", "f:name", hostile)
                        .text())
                .doesNotContain("<script>alert");
        assertThat(begin("dataset", hostile).text()).doesNotContain("<script>alert");
    }
}
