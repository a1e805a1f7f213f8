package io.waybill.flow.toml;

import io.waybill.flow.Delivery;
import io.waybill.flow.DeliveryKeys;
import io.waybill.flow.ExportKeys;
import io.waybill.flow.IfExists;
import io.waybill.flow.PathTemplate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.tomlj.TomlTable;

/** Reads where an export's files go: its {@code file_path}, and each {@code [[properties.export.delivery]]}. */
record DeliveryReader(TomlSection section) {

    private static final Pattern SECRET_OPTION =
            Pattern.compile("(?i).*(password|passphrase|secret|token|accesskey|privatekey|credential).*");
    private static final Pattern NOT_SECRET = Pattern.compile("(?i).*(url|uri|file|endpoint)");
    private static final Pattern USER_WITH_PASSWORD = Pattern.compile("[^/@?]*:([^/@?]+)@.*", Pattern.DOTALL);

    /** @param otherwise what happens to files that are there already, where the flow does not say */
    List<Delivery> read(IfExists otherwise) {
        List<Delivery> deliveries = new ArrayList<>();
        List<TomlSection> further = section.sections(ExportKeys.DELIVERY);
        IfExists ifExists = ifExists(section, otherwise);
        boolean other = section.has(ExportKeys.DESTINATION);
        if (section.has(ExportKeys.FILE_PATH) && other) {
            section.problem(
                    ExportKeys.DESTINATION, "is there beside file_path, which is the same key; one of them is allowed");
        } else if (!section.has(ExportKeys.FILE_PATH) && !other && further.isEmpty()) {
            section.problem(
                    ExportKeys.FILE_PATH,
                    "is missing; write for example file_path = \"exports/orders_{ds_nodash}.csv\"");
        }
        String key = other ? "destination" : "file_path";
        if (section.has(key)) {
            add(section, key, ifExists, deliveries);
        }
        for (TomlSection delivery : further) {
            if (!delivery.has(DeliveryKeys.URI)) {
                delivery.problem(DeliveryKeys.URI, DeliveryKeys.URI.missing());
            }
            add(delivery, "uri", ifExists(delivery, ifExists), deliveries);
            delivery.refuseUnknownKeys();
        }
        return deliveries;
    }

    private static IfExists ifExists(TomlSection at, IfExists otherwise) {
        IfExists given = at.get(DeliveryKeys.IF_EXISTS);
        return given == null ? otherwise : given;
    }

    private void add(TomlSection at, String key, IfExists ifExists, List<Delivery> deliveries) {
        PathTemplate uri = readUri(at, key);
        String connection = at.get(DeliveryKeys.CONNECTION);
        Map<String, String> headers = readTexts(at, DeliveryKeys.HEADERS.name());
        Map<String, String> options = readTexts(at, DeliveryKeys.OPTIONS.name());
        String id = at == section ? null : at.get(DeliveryKeys.ID);
        String wrongId = id == null ? null : Delivery.idProblem(id);
        if (wrongId != null) {
            at.problem(DeliveryKeys.ID, wrongId);
            return;
        }
        if (uri == null) {
            return;
        }
        Delivery delivery =
                new Delivery(id(at, id, uri, connection, deliveries), uri, connection, ifExists, headers, options);
        delivery.refusals(key, at::has).forEach(at::problem);
        checkSecrets(at, key, delivery);
        deliveries.add(delivery);
    }

    private static String id(
            TomlSection at, String given, PathTemplate uri, String connection, List<Delivery> deliveries) {
        String scheme = Delivery.schemeOf(uri.text());
        String base = given != null ? given : connection != null ? connection : scheme.isEmpty() ? "local" : scheme;
        String id = base;
        for (int i = 2; isTaken(id, deliveries); i++) {
            if (given != null) {
                at.problem(DeliveryKeys.ID, "\"" + given + "\" is the id of another delivery already");
                return given;
            }
            id = base + "-" + i;
        }
        return id;
    }

    private static boolean isTaken(String id, List<Delivery> deliveries) {
        return deliveries.stream().anyMatch(delivery -> delivery.id().equals(id));
    }

    private static PathTemplate readUri(TomlSection at, String key) {
        String raw = at.rawText(key);
        if (raw == null) {
            return null;
        }
        try {
            PathTemplate uri = PathTemplate.path(raw);
            String resolved = at.resolve(key, uri.text());
            if (resolved != null && !new PathTemplate(resolved).variables().equals(uri.variables())) {
                at.problem(key, "the value of a property placeholder holds a variable; write variables in the flow");
                return null;
            }
            if (resolved == null) {
                return null;
            }
            if (!Delivery.schemeOf(resolved).equals(Delivery.schemeOf(uri.text()))) {
                at.problem(
                        key,
                        "\"" + raw + "\": the scheme has to stand in the flow, not in a property; write for example"
                                + " https://{{name}}/path");
                return null;
            }
            String wrong = Delivery.pathProblem(new PathTemplate(resolved), raw);
            if (wrong != null) {
                at.problem(key, wrong);
            }
            return uri;
        } catch (IllegalArgumentException e) {
            at.problem(key, e.getMessage());
            return null;
        }
    }

    /** A flow is printed, logged and kept in version control: what is secret stands elsewhere. */
    private static void checkSecrets(TomlSection at, String key, Delivery delivery) {
        String advice =
                "; write a property placeholder, {{env:NAME}}, or a connection with it in application.properties";
        var user = USER_WITH_PASSWORD.matcher(delivery.address());
        if (!delivery.kind().isLocal() && user.matches() && !user.group(1).contains("{{")) {
            at.problem(key, "holds a password" + advice);
        }
        for (String option : delivery.query().split("&")) {
            int equals = option.indexOf('=');
            if (equals > 0 && isOpenSecret(option.substring(0, equals), option.substring(equals + 1))) {
                at.problem(key, "holds a secret, " + option.substring(0, equals) + advice);
            }
        }
        delivery.options().forEach((name, value) -> {
            if (isOpenSecret(name, value)) {
                at.problem(DeliveryKeys.OPTIONS, "hold a secret, " + name + advice);
            }
        });
        delivery.headers().forEach((name, value) -> {
            if (isOpenSecret(name, value) || name.equalsIgnoreCase("authorization") && !value.contains("{{")) {
                at.problem(DeliveryKeys.HEADERS, "hold a secret, " + name + advice);
            }
        });
    }

    private static boolean isOpenSecret(String name, String value) {
        return SECRET_OPTION.matcher(name).matches()
                && !NOT_SECRET.matcher(name).matches()
                && !value.contains("{{");
    }

    /** A table of texts, numbers and truth values; numbers and truth values as they are written. */
    private static Map<String, String> readTexts(TomlSection at, String key) {
        Map<String, String> texts = new LinkedHashMap<>();
        TomlSection table = at.section(key);
        if (table == null) {
            return texts;
        }
        for (String name : table.keys()) {
            Object value = table.value(name);
            if (value instanceof String text) {
                try {
                    texts.put(name, PathTemplate.parse(text).text());
                    table.resolve(name, text);
                } catch (IllegalArgumentException e) {
                    table.problem(name, e.getMessage());
                }
            } else if (value instanceof Long || value instanceof Boolean || value instanceof Double) {
                texts.put(name, value.toString());
            } else {
                table.problem(
                        name,
                        (value instanceof TomlTable ? "it is a table" : TomlSection.describe(value))
                                + "; a text, a number or a truth value is expected");
            }
        }
        return texts;
    }
}
