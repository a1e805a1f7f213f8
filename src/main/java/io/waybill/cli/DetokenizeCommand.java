package io.waybill.cli;

import io.waybill.flow.DataSet;
import io.waybill.flow.ExportKeys;
import io.waybill.flow.Flow;
import io.waybill.flow.Form;
import io.waybill.flow.NearestName;
import io.waybill.flow.Selection.PiiPolicy;
import io.waybill.flow.Transform;
import io.waybill.flow.Transform.Alphabet;
import io.waybill.flow.Transform.Method;
import io.waybill.flow.TransformKeys;
import io.waybill.privacy.Detokenizer;
import io.waybill.privacy.PrivacyKeys;
import io.waybill.privacy.RefusedValueException;
import io.waybill.settings.Settings;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code waybill detokenize}. */
@Command(
        name = "detokenize",
        description =
                "Leads tokens back to what they stand for. The audit log has who did so, and how many; never values.",
        footer = {
            "",
            "Examples:",
            "  waybill detokenize --flow customers --column phone '+91 274 8812345'",
            "  waybill detokenize --key customers-2026 --alphabet digits <tokens.txt"
        })
final class DetokenizeCommand extends WorkspaceCommand {

    /** What is led back at once. */
    private static final int BATCH = 1000;

    @Parameters(
            paramLabel = "TOKEN",
            arity = "0..*",
            description = "Tokens; without any, the lines of the standard input.")
    private List<String> given = List.of();

    @Option(names = "--key", paramLabel = "ID", description = "The key's id, of waybill.privacy-keys.<id>.")
    private String key;

    @Option(
            names = "--alphabet",
            description = "With --key: what was put in another's place: digits, letters, both. The usual one is both.")
    private String alphabet;

    @Option(names = "--flow", paramLabel = "ID", description = "The flow that made the tokens, instead of --key.")
    private String flow;

    @Option(names = "--column", description = "With --flow: the column that they are of.")
    private String column;

    /** @param subject what they are of, for the audit log */
    private record Made(String key, Alphabet alphabet, String subject) {}

    @Override
    int call(Workspace workspace) throws Exception {
        Made made = made(workspace);
        Detokenizer detokenizer = new Detokenizer(
                new PrivacyKeys(Settings.of(workspace.context())).find("key", made.key()), made.alphabet());
        if (given.isEmpty()) {
            BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            List<String> tokens = next(in);
            boolean all = true;
            for (long before = 0; !tokens.isEmpty(); tokens = next(in)) {
                all &= print(workspace, made, detokenizer, tokens, before);
                before += tokens.size();
            }
            return all ? ExitCode.DONE : ExitCode.FAILED;
        }
        return print(workspace, made, detokenizer, given, 0) ? ExitCode.DONE : ExitCode.FAILED;
    }

    private static List<String> next(BufferedReader in) throws IOException {
        List<String> lines = new ArrayList<>();
        for (String line = in.readLine(); line != null; line = lines.size() < BATCH ? in.readLine() : null) {
            lines.add(line);
        }
        return lines;
    }

    /**
     * Nothing is shown that is not on record. A token that is none has an empty line, so that lines stay beside those that were read, and its reason
     * among the errors.
     *
     * @return whether all were led back
     */
    private boolean print(Workspace workspace, Made made, Detokenizer detokenizer, List<String> tokens, long before) {
        List<String> texts = new ArrayList<>();
        List<String> reasons = new ArrayList<>();
        for (String token : tokens) {
            try {
                texts.add(token.isEmpty() ? "" : detokenizer.text(token));
            } catch (RefusedValueException e) {
                texts.add("");
                reasons.add("token " + (before + texts.size()) + " " + e.getMessage());
            }
        }
        int led = tokens.size() - reasons.size();
        workspace
                .ledger()
                .audit()
                .write(
                        "detokenize",
                        made.subject(),
                        "key " + made.key() + ": " + led + (led == 1 ? " value" : " values"));
        texts.forEach(out()::line);
        reasons.forEach(Terminal.err(spec().commandLine().getErr())::line);
        return reasons.isEmpty();
    }

    private Made made(Workspace workspace) {
        if ((key == null) == (flow == null)) {
            throw new WrongUsageException(
                    "write --key ID, or --flow ID --column NAME: one of them says which key made the tokens");
        }
        if (key != null) {
            if (column != null) {
                throw new WrongUsageException("--column goes with --flow");
            }
            Form.Choice<Alphabet> alphabets = Form.Choice.of(Alphabet.class);
            if (alphabet != null && !alphabets.allowed().contains(alphabet)) {
                throw new WrongUsageException(
                        "--alphabet: " + NearestName.refusal(alphabet, "is not known", alphabets.allowed()));
            }
            return new Made(key, alphabet == null ? Alphabet.BOTH : alphabets.parse(alphabet), "key " + key);
        }
        if (column == null || alphabet != null) {
            throw new WrongUsageException(
                    column == null
                            ? "--flow goes with --column NAME"
                            : "--alphabet goes with --key; the flow says it itself");
        }
        Flow found = workspace.flow(flow);
        Transform transform = transform(found, workspace.dataSet(found))
                .orElseThrow(() -> new WrongUsageException(
                        "flow \"" + flow + "\" makes no tokens of a column \"" + column + "\""));
        return new Made(transform.keyId(), transform.get(TransformKeys.ALPHABET), flow);
    }

    private Optional<Transform> transform(Flow found, DataSet dataSet) {
        if (found.export() == null) {
            return Optional.empty();
        }
        List<Transform> named = found.export().transforms().stream()
                .filter(transform -> transform.columns().stream().anyMatch(column::equalsIgnoreCase))
                .toList();
        boolean isPii = dataSet != null
                && dataSet.columns().stream()
                        .anyMatch(each -> each.pii() && each.name().equalsIgnoreCase(column));
        Stream<Transform> ofPolicy =
                named.isEmpty() && isPii && found.export().get(ExportKeys.PII_POLICY) == PiiPolicy.TOKENIZE
                        ? Stream.of(Transform.of(Method.TOKENIZE, found.export().get(ExportKeys.PII_KEY)))
                        : Stream.empty();
        return Stream.concat(named.stream(), ofPolicy)
                .filter(transform -> transform.method() == Method.TOKENIZE)
                .findFirst();
    }
}
