package io.waybill.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.FlowHarness;
import io.waybill.flow.Problem;
import io.waybill.flow.TransformKeys;
import io.waybill.flow.toml.FlowReader;
import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.camel.Endpoint;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a transform of a flow file is refused for, that of a route is refused for. */
class TransformDoorsTest {

    @RegisterExtension
    private final FlowHarness harness = FlowHarness.over("CREATE TABLE orders (id integer, email varchar)");

    /**
     * A wrong transform.
     *
     * @param keys its keys, as a flow has them
     * @param refusal what is told of it
     */
    record Case(String keys, String refusal) {}

    static List<Case> cases() {
        return List.of(
                new Case("method = \"mask\"", "column: is missing, and columns, too"),
                new Case("column = \"email\"", "method: is missing; allowed: exclude, hash,"),
                new Case(
                        "column = \"email\"\nmethod = \"hsh\"",
                        "method: \"hsh\" is not known; allowed: exclude, hash,"),
                new Case(
                        "column = \"email\"\ncolumns = \"phone\"\nmethod = \"mask\"",
                        "columns: is there beside column; one of them is allowed"),
                new Case("column = \"email\"\nmethod = \"hash\"", "key: is missing; \"hash\" needs the id of a key"),
                new Case(
                        "column = \"email\"\nmethod = \"mask\"\nkey = \"customers\"",
                        "key: is for \"hash\" and \"tokenize\" alone, not for \"mask\""),
                new Case(
                        "column = \"email\"\nmethod = \"hash\"\nkey = \"a.b\"",
                        "key: \"a.b\" is not the id of a key; 1 to 100 letters, digits, _ and - are allowed"),
                new Case(
                        "column = \"email\"\nmethod = \"hash\"\nkey = \"customers\"\nlength = 16",
                        "length: 16 is out of range; 32 to 64 characters of hex are allowed: fewer would soon be the same for two values"),
                new Case(
                        "column = \"email\"\nmethod = \"mask\"\nwith = \"**\"",
                        "with: \"**\" is not one character, such as \"*\""),
                new Case(
                        "column = \"email\"\nmethod = \"tokenize\"\nkey = \"customers\"\nalphabet = \"digit\"",
                        "alphabet: \"digit\" is not known; allowed: digits, letters, both; did you mean \"digits\"?"),
                new Case(
                        "column = \"email\"\nmethod = \"truncate\"",
                        "length: is missing; \"truncate\" keeps so many characters"),
                new Case(
                        "column = \"email\"\nmethod = \"generalize\"",
                        "to: is missing; write to = \"month\" for dates and times, bucket = 10 for numbers"),
                new Case(
                        "column = \"email\"\nmethod = \"generalize\"\nbucket = 0",
                        "bucket: 0 is out of range; 0.000001 to"));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void aTransformIsRefusedAtBothDoors(Case wrong) {
        assertThat(read("[[properties.export.transform]]\n" + wrong.keys()))
                .anyMatch(problem -> problem.matches(
                        "news.toml:\\d: (properties.export.)?transform\\.\\Q" + wrong.refusal() + "\\E.*"));

        bind("wrong", wrong.keys());

        assertThatThrownBy(() -> start("wrong"))
                .hasStackTraceContaining("waybill:begin/news: transforms[1]: " + wrong.refusal());
    }

    @Test
    void aColumnHasOneTransform() {
        bind("one", "column = \"email\"\nmethod = \"mask\"");
        bind("other", "columns = \"id,email\"\nmethod = \"exclude\"");

        assertThat(
                        read(
                                "transform = [{ column = \"email\", method = \"mask\" }, { columns = [\"id\", \"email\"], method = \"exclude\" }]"))
                .containsExactly("news.toml:4: transform: \"email\" is there twice");
        assertThatThrownBy(() -> start("one", "other")).hasStackTraceContaining("transforms: \"email\" is there twice");
    }

    @Test
    void theShortFormIsCheckedLikewise() {
        assertThat(read("[properties.export.privacy]\nemail = \"hash\"\nid = { transform = \"mask\", keep_lst = 2 }"))
                .containsExactlyInAnyOrder(
                        "news.toml:5: privacy.email: key: is missing; \"hash\" needs the id of a key",
                        "news.toml:6: privacy.id.keep_lst: is not a key that is known here; did you mean \"keep_last\"?");
    }

    private static List<String> read(String keys) {
        return new FlowReader(UnaryOperator.identity())
                        .read(
                                "news.toml",
                                "[properties.export]\nsource_dataset_id = \"orders\"\nfile_path = \"x.csv\"\n" + keys)
                        .problems()
                        .stream()
                        .map(Problem::toString)
                        .toList();
    }

    private void bind(String name, String keys) {
        TransformBean bean = new TransformBean();
        for (String line : keys.split("\n")) {
            String[] parts = line.split(" = ");
            TransformKeys.ALL.stream()
                    .filter(key -> key.name().equals(parts[0]))
                    .forEach(key -> bean.set(key, parts[1].replace("\"", "")));
        }
        harness.context().getRegistry().bind(name, bean);
    }

    private void start(String... transforms) throws Exception {
        Endpoint begin = harness.context()
                .getEndpoint("waybill:begin/news?sourceDatasetId=orders&filePath=x.csv&transforms=#"
                        + String.join(",#", transforms));
        begin.createProducer().init();
    }
}
