package io.waybill;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The arithmetic of docs/scale.md comes from what was measured, as bench/ has it; {@code -Dwrite} writes it. */
class ScalePageTest {

    private static final Path PAGE = Path.of("docs/scale.md");

    /** The shapes, by the table of the results that read a gigabyte of each on a quiet machine. */
    private static final String RESULTS = "PostgreSQL 15.18; the client is `psql \\copy`";

    private static final double[] TERABYTES = {1, 10, 100};
    private static final double[] HOURS = {24, 4};

    /** What is taken for a machine, half of which is left for what swings. */
    private static final int CORES = 8;

    private static final double GIGABITS = 10;
    private static final double BUSY = 0.5;

    /**
     * A table as it was measured.
     *
     * @param megabytesASecond of one reader to CSV, without the start
     * @param csv client CPU time, nanoseconds a byte of CSV, which are seconds a gigabyte
     * @param parquet likewise
     * @param server CPU time of the database for COPY in its binary form, seconds a gigabyte of CSV
     * @param binary the bytes of that form, to those of CSV
     */
    private record Shape(
            String name, double megabytesASecond, double csv, double parquet, double server, double binary) {}

    @ParameterizedTest
    @ValueSource(strings = {"rates", "days", "machines"})
    void itsTablesAreComputedFromWhatWasMeasured(String table) throws IOException {
        String page = Files.readString(PAGE);
        String mark = "<!-- arithmetic: " + table + " -->\n";
        int from = page.indexOf(mark) + mark.length();
        int to = page.indexOf("<!-- end -->", from);
        String computed = switch (table) {
            case "rates" -> rates(shapes());
            case "days" -> days(orders());
            default -> machines(orders());
        };
        if (System.getProperty("write") != null) {
            Files.writeString(PAGE, page.substring(0, from) + computed + page.substring(to));
        }
        assertThat(Files.readString(PAGE)).contains(mark + computed + "<!-- end -->");
    }

    private static String rates(List<Shape> shapes) {
        StringBuilder table = new StringBuilder("""
                | table | one reader, MB/s | Waybill to CSV, core seconds a GB | to Parquet | the database, by COPY | bytes that it sends, to those of CSV |
                | --- | ---: | ---: | ---: | ---: | ---: |
                """);
        for (Shape shape : shapes) {
            table.append(line(
                    shape.name(),
                    shape.megabytesASecond(),
                    "%.0f",
                    shape.csv(),
                    "%.1f",
                    shape.parquet(),
                    "%.1f",
                    shape.server(),
                    "%.1f",
                    shape.binary(),
                    "%.2f"));
        }
        return table.toString();
    }

    private static String days(Shape shape) throws IOException {
        StringBuilder table = new StringBuilder("""
                | TB a day | within hours | MB/s | readers at once | cores of Waybill, CSV | Parquet | cores of the databases | Gbit/s from them | Gbit/s on, CSV | Parquet |
                | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
                """);
        for (double terabytes : TERABYTES) {
            for (double hours : HOURS) {
                double rate = rate(terabytes, hours);
                table.append(line(
                        "%.0f".formatted(terabytes),
                        hours,
                        "%.0f",
                        rate,
                        "%.0f",
                        Math.ceil(rate / shape.megabytesASecond()),
                        "%.0f",
                        rate / 1000 * shape.csv(),
                        "%.2f",
                        rate / 1000 * shape.parquet(),
                        "%.2f",
                        rate / 1000 * shape.server(),
                        "%.2f",
                        gigabits(rate * shape.binary()),
                        "%.2f",
                        gigabits(rate),
                        "%.2f",
                        gigabits(rate * parquetToCsv()),
                        "%.2f"));
            }
        }
        return table.toString();
    }

    private static String machines(Shape shape) throws IOException {
        StringBuilder table = new StringBuilder("""
                | TB a day | within hours | machines, by their cores | by their network | needed | GB an hour of staging written, Parquet | CSV | runs of 10 GB a minute |
                | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
                """);
        for (double terabytes : TERABYTES) {
            for (double hours : HOURS) {
                double rate = rate(terabytes, hours);
                double byCores = rate / 1000 * shape.parquet() / (CORES * BUSY);
                // what comes in, beside what goes out: a line has both directions
                double byNetwork = gigabits(rate * Math.max(shape.binary(), parquetToCsv())) / (GIGABITS * BUSY);
                table.append(line(
                        "%.0f".formatted(terabytes),
                        hours,
                        "%.0f",
                        byCores,
                        "%.2f",
                        byNetwork,
                        "%.2f",
                        Math.ceil(Math.max(byCores, byNetwork)),
                        "%.0f",
                        rate * 3.6 * parquetToCsv(),
                        "%,.0f",
                        rate * 3.6,
                        "%,.0f",
                        rate * 60 / 10_000,
                        "%.1f"));
            }
        }
        return table.toString();
    }

    /** Megabytes a second. */
    private static double rate(double terabytes, double hours) {
        return terabytes * 1e6 / (hours * 3600);
    }

    private static double gigabits(double megabytesASecond) {
        return megabytesASecond * 8 / 1000;
    }

    /** @param values each with its format behind it */
    private static String line(String first, Object... values) {
        StringBuilder line = new StringBuilder("| ").append(first);
        for (int i = 0; i < values.length; i += 2) {
            line.append(" | ").append(String.format(Locale.ROOT, (String) values[i + 1], values[i]));
        }
        return line.append(" |\n").toString();
    }

    private static Shape orders() throws IOException {
        return shapes().get(0);
    }

    private static List<Shape> shapes() throws IOException {
        String results = Files.readString(Path.of("bench/RESULTS.md"));
        String measured = results.substring(results.lastIndexOf(RESULTS));
        List<Shape> shapes = new ArrayList<>();
        for (List<String> row : rows("bench/README.md", "| table | MB as CSV | server, CSV | server, binary |")) {
            String name = row.get(0);
            List<String> start = cells(measured, name, "10 rows");
            List<String> csv = cells(measured, name, "csv");
            double nanoseconds = number(csv.get(10));
            double megabytes = (number(csv.get(7)) - number(start.get(7))) * 1000 / nanoseconds;
            shapes.add(new Shape(
                    name,
                    megabytes / (number(csv.get(3)) - number(start.get(3))),
                    nanoseconds,
                    number(cells(measured, name, "parquet").get(10)),
                    number(row.get(3)) * 1000 / number(row.get(1)),
                    number(row.get(6))));
        }
        return shapes;
    }

    /** What Parquet's files have of the bytes of CSV, of the orders. */
    private static double parquetToCsv() throws IOException {
        String readme = Files.readString(Path.of("bench/README.md"));
        return number(cells(readme, "PostgreSQL", "parquet").get(4))
                / number(cells(readme, "PostgreSQL", "csv").get(4));
    }

    /** The first row that begins with these two cells. */
    private static List<String> cells(String text, String first, String second) {
        Matcher row = Pattern.compile("^\\| " + first + " \\| " + second + " \\|.*$", Pattern.MULTILINE)
                .matcher(text);
        assertThat(row.find()).as(first + ", " + second).isTrue();
        return cells(row.group());
    }

    /** The rows of the table whose heading begins so. */
    private static List<List<String>> rows(String file, String heading) throws IOException {
        List<String> lines = Files.readAllLines(Path.of(file));
        int begin = 0;
        while (!lines.get(begin).startsWith(heading)) {
            begin++;
        }
        return lines.subList(begin + 2, lines.size()).stream()
                .takeWhile(line -> line.startsWith("|"))
                .map(ScalePageTest::cells)
                .toList();
    }

    private static List<String> cells(String line) {
        return Arrays.stream(line.strip().substring(1).split("\\|"))
                .map(String::strip)
                .toList();
    }

    private static double number(String cell) {
        return Double.parseDouble(cell.replace(",", ""));
    }
}
