package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.http.HttpHeaders;
import com.github.tomakehurst.wiremock.stubbing.ServeEvent;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.GreenMailUtil;
import jakarta.mail.BodyPart;
import jakarta.mail.Multipart;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import javax.sql.DataSource;

/**
 * Texts that are found nowhere else, and the places that were looked at for them. A place is of a kind; a kind that nothing was seen of
 * fails the test: who looks at nothing finds nothing.
 */
final class Canaries {

    /** @param allowed the places where it may be, all of their name; null for none */
    private record Canary(String name, List<String> forms, Pattern allowed) {}

    private final List<Canary> canaries = new ArrayList<>();
    private final Map<String, Long> bytesByKind = new TreeMap<>();
    private final List<String> found = new ArrayList<>();
    private final Map<String, Boolean> seen = new LinkedHashMap<>();

    /** One that may be nowhere. */
    Canaries nowhere(String name, String text) {
        return in(name, text, null);
    }

    /** One that belongs to some places: there it has to be, or it would prove nothing. */
    Canaries in(String name, String text, String allowed) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        canaries.add(new Canary(
                name,
                List.of(
                        text,
                        URLEncoder.encode(text, StandardCharsets.UTF_8),
                        Base64.getEncoder().withoutPadding().encodeToString(bytes)),
                allowed == null ? null : Pattern.compile(allowed, Pattern.DOTALL)));
        seen.put(name, allowed == null);
        return this;
    }

    /** Looks at a text. */
    void look(String kind, String place, String text) {
        bytesByKind.merge(kind, (long) text.length(), Long::sum);
        String where = kind + ": " + place;
        for (Canary canary : canaries) {
            for (String form : canary.forms()) {
                int at = text.indexOf(form);
                if (at < 0) {
                    continue;
                }
                if (canary.allowed() != null && canary.allowed().matcher(where).matches()) {
                    seen.put(canary.name(), true);
                } else {
                    found.add(canary.name() + " in " + where + ": …"
                            + text.substring(Math.max(0, at - 120), Math.min(text.length(), at + 60))
                                    .replace("\n", "⏎") + "…");
                }
                break;
            }
        }
    }

    /** Looks at all files below a folder, but for those whose path a pattern matches. */
    void lookAtFiles(String kind, Path folder, String but) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                String path = folder.relativize(file).toString();
                if (!path.matches(but)) {
                    look(kind, path, path + "\n" + text(Files.readAllBytes(file)));
                }
            }
        }
    }

    private static String text(byte[] bytes) throws IOException {
        byte[] plain = bytes;
        if (bytes.length > 2 && bytes[0] == 0x1f && bytes[1] == (byte) 0x8b) {
            try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
                plain = in.readAllBytes();
            }
        }
        return new String(plain, StandardCharsets.UTF_8);
    }

    /** Looks at each row of each table of a database whose name begins so. */
    void lookAtTables(String kind, DataSource database, String begin) throws SQLException {
        try (Connection connection = database.getConnection()) {
            List<String> tables = new ArrayList<>();
            try (ResultSet found =
                    connection.getMetaData().getTables(null, null, begin + "%", new String[] {"TABLE"})) {
                while (found.next()) {
                    tables.add(found.getString("TABLE_NAME"));
                }
            }
            for (String table : tables) {
                lookAtRows(kind, table, connection, "SELECT * FROM " + table);
            }
        }
    }

    void lookAtRows(String kind, String place, Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                StringBuilder row = new StringBuilder();
                for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                    row.append(rows.getString(i)).append('\n');
                }
                look(kind, place, row.toString());
            }
        }
    }

    /** Looks at all mails, their attachments apart. */
    void lookAtMails(GreenMail smtp) throws Exception {
        for (MimeMessage mail : smtp.getReceivedMessages()) {
            String subject = String.valueOf(mail.getSubject());
            look("mail", "headers of mail", GreenMailUtil.getHeaders(mail));
            Multipart parts = (Multipart) mail.getContent();
            for (int i = 0; i < parts.getCount(); i++) {
                BodyPart part = parts.getBodyPart(i);
                byte[] content = part.getInputStream().readAllBytes();
                look(
                        "mail",
                        i == 0 ? "text of mail" : "attachment of " + subject,
                        new String(content, StandardCharsets.UTF_8));
            }
        }
    }

    /** Looks at all requests: what was asked for, with which headers, and what was sent. */
    void lookAtRequests(WireMockServer http) {
        for (ServeEvent event : http.getAllServeEvents()) {
            String url = event.getRequest().getUrl();
            HttpHeaders headers = event.getRequest().getHeaders();
            look("HTTP request", url, url);
            headers.all().forEach(header -> look("HTTP headers", header.key() + " of " + url, header.toString()));
            look("HTTP body", url, event.getRequest().getBodyAsString());
        }
    }

    /** @param kinds what has to have been looked at */
    void assertNoneIsOut(String... kinds) {
        assertThat(bytesByKind.keySet()).as("places looked at").containsExactlyInAnyOrder(kinds);
        assertThat(bytesByKind)
                .as("places with something in them")
                .allSatisfy((kind, bytes) -> assertThat(bytes).as(kind).isPositive());
        assertThat(found).as("looked at %s", bytesByKind).isEmpty();
        assertThat(seen)
                .as("canaries that are where they belong")
                .allSatisfy((canary, is) -> assertThat(is).as(canary).isTrue());
    }
}
