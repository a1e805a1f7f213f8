package io.waybill.flow;

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
        return path.text().isBlank() ? "is empty" : Delivery.kindOf(path.text()).pathProblem(path, shown);
    }

    /**
     * Checks how a destination's settings go together.
     *
     * @param key what its URI's key is called
     * @param given tells of another key whether it is set
     */
    public static List<Refusal> check(Delivery delivery, String key, Predicate<String> given) {
        List<Refusal> refusals = new ArrayList<>();
        if (delivery.kind().keepsFiles()) {
            if (given.test("headers")) {
                refusals.add(new Refusal(
                        "headers", "are for http, mailto and other endpoints that take messages, not for files"));
            }
        } else if (delivery.ifExists() != IfExists.OVERWRITE && given.test("if_exists")) {
            refusals.add(new Refusal(
                    "if_exists", "is for places that keep files; nobody can be asked what lies at this one"));
        }
        refusals.addAll(delivery.kind().refusals(delivery, key, given));
        return refusals;
    }
}
