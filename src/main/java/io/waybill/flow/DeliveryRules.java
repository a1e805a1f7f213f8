package io.waybill.flow;

import io.waybill.flow.Delivery.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** What is allowed of one destination; the same for flow files and for the options and beans of routes. */
public final class DeliveryRules {

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,60}");

    private DeliveryRules() {}

    /** What is wrong with an id; null where nothing is. */
    public static String idProblem(String id) {
        return ID.matcher(id).matches()
                ? null
                : "\"" + id + "\" is not an id; up to 60 letters, digits, - and _ are allowed";
    }

    /**
     * What is wrong with a destination's path; null where nothing is.
     *
     * @param path the path, placeholders resolved
     * @param shown the path as it is written: what its placeholders stand for may be a secret
     */
    public static String pathProblem(PathTemplate path, String shown) {
        Kind kind = Delivery.kindOf(path.text());
        String place = kind == Kind.LOCAL ? path.text() : Delivery.beforeQuery(path.text());
        if (path.text().isBlank()) {
            return "is empty";
        }
        if (kind != Kind.ENDPOINT && new PathTemplate(place).escapesItsRoot()) {
            return "\"" + shown + "\" leaves its directory by \"..\"; paths below it are allowed";
        }
        boolean odd = path.text().indexOf('\\') >= 0 || path.text().indexOf('?') >= 0;
        return kind == Kind.LOCAL && odd ? "\"" + shown + "\" holds \\ or ?; folders are divided by /" : null;
    }

    /**
     * Checks how a destination's settings go together.
     *
     * @param key what its URI's key is called
     * @param given tells of another key whether it is set
     */
    public static List<Refusal> check(Delivery delivery, String key, Predicate<String> given) {
        List<Refusal> refusals = new ArrayList<>();
        Kind kind = delivery.kind();
        if (kind == Kind.LOCAL) {
            refuse(refusals, given, "connection", "is for destinations elsewhere; a path of this machine needs none");
            refuse(refusals, given, "options", "are for destinations elsewhere; a path of this machine has none");
        }
        if (kind.keepsFiles()) {
            refuse(
                    refusals,
                    given,
                    "headers",
                    "are for http, mailto and other endpoints that take messages, not for files");
        } else if (delivery.ifExists() != IfExists.OVERWRITE) {
            refuse(
                    refusals,
                    given,
                    "if_exists",
                    "is for places that keep files; nobody can be asked what lies at this one");
        }
        if (kind == Kind.S3 && delivery.address().indexOf('/') < 0) {
            refusals.add(new Refusal(
                    key,
                    "\"" + delivery.uri().text() + "\" names no file in the bucket; write s3://bucket/file.csv,"
                            + " or s3://bucket/folder/"));
        }
        if (kind.takesRecords()) {
            refuse(refusals, given, "headers", "are for messages; a record has none");
            if (!delivery.address().matches("/*[^/]+")) {
                refusals.add(new Refusal(
                        key,
                        "\"" + delivery.uri().text() + "\" names no stream; write " + delivery.scheme() + "://stream"));
            }
        }
        return refusals;
    }

    private static void refuse(List<Refusal> refusals, Predicate<String> given, String key, String why) {
        if (given.test(key)) {
            refusals.add(new Refusal(key, why));
        }
    }
}
