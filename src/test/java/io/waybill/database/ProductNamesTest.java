package io.waybill.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What depends on a product stands in the product's class: the sources of all others name none, but in comments and texts for people. */
class ProductNamesTest {

    private static final Path SOURCES = Path.of("src/main/java/io/waybill");

    private static final Pattern COMMENT = Pattern.compile("(?s)/\\*.*?\\*/|//[^\n]*|\nimport [^\n]*");

    private static final Pattern TEXT = Pattern.compile("\"(?:\\\\.|[^\"\\\\\n])*\"");

    private static final Pattern PRODUCT = Pattern.compile(
            "(?i)\\w*(postgres|mysql|mariadb|sqlserver|oracle|sqlite|duckdb|snowflake|redshift|bigquery|clickhouse|(?<!or)derby|hsqldb|isH2)\\w*|\"h2\"");

    /** Those that read PostgreSQL's COPY, by the answer of its class; and URLs: one's beginning where it lacks, and a server that is not there. */
    private static final List<String> EXPECTED = List.of(
            "rows/CopyRows.java: postgres",
            "settings/Setting.java: postgresql",
            "settings/Setting.java: postgres",
            "cli/Training.java: postgresql");

    @Test
    void noClassElsewhereNamesAProduct() throws IOException {
        try (Stream<Path> files = Files.walk(SOURCES)) {
            assertThat(files.filter(file -> file.toString().endsWith(".java"))
                            .filter(file -> !SOURCES.relativize(file).startsWith("database"))
                            .filter(file -> !SOURCES.relativize(file).startsWith("ledger"))
                            .flatMap(ProductNamesTest::named)
                            .distinct())
                    .containsExactlyInAnyOrderElementsOf(EXPECTED);
        }
    }

    private static Stream<String> named(Path file) {
        try {
            String code = TEXT.matcher(COMMENT.matcher(Files.readString(file)).replaceAll(""))
                    // a text of more than a word is for people, or an example
                    .replaceAll(text -> text.group().matches("\"\\w+\"") ? text.group() : "");
            return PRODUCT.matcher(code)
                    .results()
                    .map(MatchResult::group)
                    .map(name -> SOURCES.relativize(file) + ": " + name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
