package io.waybill;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.flow.DataSetKeys;
import io.waybill.flow.ExpectKeys;
import io.waybill.flow.ExportKeys;
import io.waybill.flow.FeedKeys;
import io.waybill.flow.FileFormat;
import io.waybill.flow.FlowKeys;
import io.waybill.flow.FlowType;
import io.waybill.flow.Form;
import io.waybill.flow.Key;
import io.waybill.flow.PathTemplate;
import io.waybill.flow.Problem;
import io.waybill.flow.ReportKeys;
import io.waybill.flow.TransformKeys;
import io.waybill.flow.TriggerKeys;
import io.waybill.flow.toml.DataSetsReader;
import io.waybill.flow.toml.FlowReader;
import io.waybill.settings.SettingsTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the documentation shows is well formed, and it leaves nothing out. */
class DocumentationTest {

    private static final Pattern TOML = Pattern.compile("```toml\n(.*?)```", Pattern.DOTALL);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "README.md",
                "docs/flows.md",
                "docs/feeds.md",
                "docs/reports.md",
                "docs/engines.md",
                "docs/contracts.md",
                "docs/triggers.md",
                "docs/delivery.md"
            })
    void everyFlowThatIsShownLoads(String page) throws IOException {
        Matcher examples = TOML.matcher(Files.readString(Path.of(page)));
        int count = 0;
        while (examples.find()) {
            String text = examples.group(1);
            List<Problem> problems = text.contains("[[dataset]]")
                    ? new DataSetsReader(UnaryOperator.identity())
                            .read(page, text)
                            .problems()
                    : new FlowReader(UnaryOperator.identity())
                            .read(page.replaceAll(".*/", ""), text)
                            .problems();
            assertThat(problems).as(text).isEmpty();
            count++;
        }
        assertThat(count).isPositive();
    }

    /** The tables of keys stand between marks; {@code -Dwrite} writes them. */
    @ParameterizedTest
    @CsvSource({
        "docs/flows.md, flow",
        "docs/flows.md, export",
        "docs/flows.md, changes",
        "docs/flows.md, trigger",
        "docs/flows.md, dataset",
        "docs/feeds.md, feed",
        "docs/feeds.md, input",
        "docs/contracts.md, expect",
        "docs/privacy.md, transform",
        "docs/reports.md, report",
        "docs/reports.md, metric",
        "docs/reports.md, bucket",
        "docs/formats.md, csv",
        "docs/formats.md, json",
        "docs/formats.md, parquet",
        "docs/formats.md, xlsx",
        "docs/formats.md, data_format"
    })
    void tablesOfKeysSayWhatTheKeysDeclare(Path page, String table) throws IOException {
        String text = Files.readString(page);
        String begin = "<!-- keys: " + table + " -->\n";
        int from = text.indexOf(begin) + begin.length();
        int to = text.indexOf("<!-- end -->", from);
        String declared = table(keys(table));
        if (System.getProperty("write") != null) {
            Files.writeString(page, text.substring(0, from) + declared + text.substring(to));
        } else {
            assertThat(text.substring(from, to)).isEqualTo(declared);
        }
    }

    private static Collection<Key<?>> keys(String table) {
        return switch (table) {
            case "flow" -> FlowKeys.ALL;
            case "export" -> ExportKeys.all();
            case "trigger" -> TriggerKeys.ALL;
            case "dataset" -> DataSetKeys.ALL;
            case "feed" ->
                Stream.of(FlowType.CHANGE_FEED, FlowType.DELTA_PUBLISHING)
                        .flatMap(type -> FeedKeys.of(type).stream())
                        .distinct()
                        .toList();
            case "input" -> FeedKeys.INPUT;
            case "changes" -> FeedKeys.OF_AN_EXPORT;
            case "expect" -> ExpectKeys.ALL;
            case "report" -> ReportKeys.ALL;
            case "metric" -> ReportKeys.OF_A_METRIC;
            case "bucket" -> ReportKeys.OF_A_BUCKET;
            case "transform" -> TransformKeys.ALL;
            case "data_format" ->
                FileFormat.kindsWithoutNames().stream()
                        .<Key<?>>flatMap(kind -> kind.options().stream())
                        .toList();
            default -> FileFormat.of(table).options().values();
        };
    }

    private static String table(Collection<Key<?>> keys) {
        StringBuilder table = new StringBuilder("| key | means | without it |\n| --- | --- | --- |\n");
        for (Key<?> key : keys) {
            // those of a table within have a table of their own
            boolean isWithin = keys.stream().anyMatch(other -> key.name().startsWith(other.name() + "."));
            if (key.isInFlows() && !key.means().isEmpty() && !isWithin) {
                table.append("| `" + key.local() + "` | " + key.means() + " | " + key.without() + " |\n");
            }
        }
        return table.toString();
    }

    @Test
    void everyOptionOfAFormatAndEveryVariableIsDocumented() throws IOException {
        String formats = Files.readString(Path.of("docs/formats.md"));
        for (FileFormat format : FileFormat.all()) {
            assertThat(format.options().keySet()).allMatch(option -> formats.contains("`" + option + "`"));
        }
        String flows = Files.readString(Path.of("docs/flows.md"));
        assertThat(PathTemplate.VARIABLES).allMatch(variable -> flows.contains("{" + variable + "}"));
    }

    @Test
    void everySettingOfAConnectionIsDocumented() throws IOException {
        String delivery = Files.readString(Path.of("docs/delivery.md"));
        for (String type : SettingsTable.connectionTypes()) {
            assertThat(SettingsTable.ofConnection(type))
                    .allMatch(setting -> delivery.contains("`" + setting.name() + "`"));
        }
    }

    @Test
    void everySettingIsDocumented() throws IOException {
        String settings = Files.readString(Path.of("docs/settings.md"));
        assertThat(SettingsTable.GENERAL).allMatch(setting -> settings.contains(line(setting)));
        assertThat(SettingsTable.DATA_SOURCE).allMatch(setting -> settings.contains("`" + setting.name() + "`"));
    }

    /** The last column is of the declarations; {@code -Dwrite} writes it. */
    @Test
    void everySettingSaysWhetherItReloads() throws IOException {
        Path page = Path.of("docs/settings.md");
        List<String> written = Files.readAllLines(page);
        List<String> declared = written.stream()
                .map(line -> SettingsTable.GENERAL.stream()
                        .filter(setting -> line.startsWith("| `" + setting.name() + "` |"))
                        .findFirst()
                        .map(setting -> line.replaceFirst("(\\|)( (reload )?\\|)?$", "|")
                                + (setting.isOfTheStart() ? " |" : " reload |"))
                        .orElse(line))
                .toList();
        if (System.getProperty("write") != null) {
            Files.write(page, declared);
        } else {
            assertThat(written).isEqualTo(declared);
        }
    }

    @Test
    void connectionsReloadButForWhomTheyTrust() {
        for (String type : SettingsTable.connectionTypes()) {
            assertThat(SettingsTable.ofConnection(type).stream()
                            .filter(Key::isOfTheStart)
                            .map(Key::name))
                    .isSubsetOf("trust-store", "trust-store-password");
        }
        assertThat(SettingsTable.DATA_SOURCE).noneMatch(Key::isOfTheStart);
    }

    /** A line of a table, with what the setting means where it may take anything. */
    private static String line(Key<?> setting) {
        boolean says = setting.form() instanceof Form.Text;
        return "| `" + setting.name() + "` | " + (says ? setting.means() + " |" : "");
    }

    @Test
    void theReadmeStaysShort() throws IOException {
        assertThat(Files.readAllLines(Path.of("README.md"))).hasSizeLessThan(200);
    }
}
