package io.waybill.flow.toml;

import io.waybill.flow.Place;
import io.waybill.flow.Problem;
import java.util.List;
import java.util.function.UnaryOperator;
import org.tomlj.Toml;
import org.tomlj.TomlParseError;
import org.tomlj.TomlParseResult;

/** Parses a user's TOML file, relaxed inline tables included, into its root section. */
final class TomlFile {

    private TomlFile() {}

    /**
     * Parses a file.
     *
     * @param problems gets the syntax errors
     * @return the root; null when there are syntax errors
     */
    static TomlSection parse(String file, String text, List<Problem> problems, UnaryOperator<String> placeholders) {
        TomlParseResult result = Toml.parse(RelaxedToml.toStrict(text.startsWith("\uFEFF") ? text.substring(1) : text));
        if (result.hasErrors()) {
            // what follows the first mistake is mostly its consequence
            TomlParseError error = result.errors().get(0);
            problems.add(new Problem(
                    new Place(file, error.position().line()),
                    "",
                    "not valid TOML: " + error.getMessage() + hint(error)));
            return null;
        }
        return new TomlSection(file, "", result, 0, problems, placeholders);
    }

    /** Where something follows a value of a list or of an inline table. */
    private static String hint(TomlParseError error) {
        return error.getMessage().contains(", a comma, or") ? "; is a comma missing before it?" : "";
    }
}
