package io.waybill.flow;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.function.Function;

/**
 * A key: one setting, declared once. From the declaration come its reading and checking in flow files and in the options of routes, its
 * place in printed routes, its line in the documentation, in the JSON Schema of flow files and in Camel's catalog.
 *
 * @param name as flows write it; with its table before a dot where it stands in one
 * @param option as the options of a route write it; null where routes have none
 * @param isInFlows whether flows have it, and not the options of routes alone
 * @param form how its value is written
 * @param otherwise what holds where it is not set; null for nothing
 * @param required whether it has to be there
 * @param isSecret whether its value is not to be shown
 * @param isOfTheStart whether another value takes another start of the process; of settings alone
 * @param means what it is for: one line of Markdown
 * @param without what holds where it is not set, in words
 * @param example how it may be written, for whoever has left it out; empty where that goes without saying
 */
public record Key<T>(
        String name,
        String option,
        boolean isInFlows,
        Form<T> form,
        T otherwise,
        boolean required,
        boolean isSecret,
        boolean isOfTheStart,
        String means,
        String without,
        String example) {

    /** Of the name alone: a record's own would make classes at each start, for each of its components. */
    @Override
    public int hashCode() {
        return name.hashCode();
    }

    /** The URI of a Camel endpoint: its placeholders, which may hold secrets, are Camel's to resolve. */
    private static final Form<String> ENDPOINT = new Form.Said<>(Key::endpointUri);

    /** A key of a form of its own. */
    public static <T> Key<T> of(String name, Form<T> form, T otherwise, String means) {
        return new Key<>(name, camelCase(name), true, form, otherwise, false, false, false, means, "", "");
    }

    public static Key<String> text(String name, String means) {
        return of(name, new Form.Text(), null, means);
    }

    /** A text that people are shown. */
    static Key<String> shown(String name, String means) {
        return of(name, new Form.Text(true), null, means);
    }

    public static Key<Object> textOrNumber(String name, String means) {
        return of(name, new Form.TextOrNumber(), null, means);
    }

    public static Key<Boolean> flag(String name, String means) {
        return of(name, new Form.Flag(), false, means).without("`false`");
    }

    /** A number that limits something; 0, which is not written, for no limit. */
    public static Key<Long> limit(String name, long least, String means) {
        return of(name, new Form.Whole(least, Long.MAX_VALUE, true), 0L, means);
    }

    public static Key<Long> number(String name, long least, long most, long otherwise, String means) {
        return of(name, new Form.Whole(least, most, true), otherwise, means).without(Long.toString(otherwise));
    }

    public static <E extends Enum<E>> Key<E> choice(String name, Class<E> type, E otherwise, String means) {
        return of(name, Form.Choice.of(type), otherwise, means)
                .without(otherwise == null ? "" : "`" + Form.lower(otherwise) + "`");
    }

    public static Key<Duration> time(String name, Duration otherwise, String means) {
        return time(name, Duration.ZERO, otherwise, means);
    }

    public static Key<Duration> time(String name, Duration least, Duration otherwise, String means) {
        return of(name, new Form.Time(least), otherwise, means)
                .without(otherwise == null ? "none" : "`" + Span.text(otherwise) + "`");
    }

    /** One of some texts. */
    public static Key<String> oneOf(String name, List<String> allowed, String otherwise, String means) {
        return of(name, Form.Choice.of(allowed, text -> text), otherwise, means)
                .without(otherwise == null ? "" : "`" + otherwise + "`");
    }

    /** A text that says something. */
    public static <T> Key<T> said(String name, Function<String, T> reading, String means) {
        return of(name, new Form.Said<>(reading), null, means);
    }

    /** Likewise, of a type, or one of a few. */
    public static <T> Key<T> said(
            String name, Function<String, T> reading, Class<?> type, List<String> allowed, String means) {
        return of(name, new Form.Said<>(reading, type, List.copyOf(allowed)), null, means);
    }

    /** The name of a time zone. */
    public static Key<String> zone(String name, String otherwise, String means) {
        return of(name, new Form.Said<>(Key::zoneName), otherwise, means).without("UTC");
    }

    static Key<String> endpoint(String name, String means) {
        return of(name, ENDPOINT, null, means);
    }

    public static Key<List<String>> names(String name, String means) {
        return of(name, new Form.Names(), List.of(), means);
    }

    public static Key<Object> table(String name, List<Key<?>> keys, String means) {
        return of(name, new Form.Table(keys, false), null, means);
    }

    public static Key<Object> tables(String name, List<Key<?>> keys, String means) {
        return of(name, new Form.Table(keys, true), null, means);
    }

    /** A value that its reader checks by code of its own. */
    public static Key<Object> any(String name, String means) {
        return checked(name, value -> null, means);
    }

    /** @param problem what is wrong with a value, or null */
    static Key<Object> checked(String name, Function<Object, String> problem, String means) {
        return of(name, new Form.Checked<>(Object.class, problem), null, means);
    }

    public Key<T> otherwise(T value) {
        String words = "`" + value + "`";
        return new Key<>(name, option, isInFlows, form, value, required, isSecret, isOfTheStart, means, words, example);
    }

    /** With other words of what it is for. */
    public Key<T> meaning(String words) {
        return new Key<>(
                name, option, isInFlows, form, otherwise, required, isSecret, isOfTheStart, words, without, example);
    }

    public Key<T> without(String words) {
        return new Key<>(
                name, option, isInFlows, form, otherwise, required, isSecret, isOfTheStart, means, words, example);
    }

    public Key<T> option(String other) {
        return new Key<>(
                name, other, isInFlows, form, otherwise, required, isSecret, isOfTheStart, means, without, example);
    }

    Key<T> inFlowsAlone() {
        return option(null);
    }

    public Key<T> inRoutesAlone() {
        return new Key<>(
                name, option, false, form, otherwise, required, isSecret, isOfTheStart, means, without, example);
    }

    Key<T> inFlows() {
        return new Key<>(
                name, option, true, form, otherwise, required, isSecret, isOfTheStart, means, without, example);
    }

    public Key<T> mandatory() {
        return mandatory("");
    }

    /** @param example how it may be written, for whoever has left it out */
    public Key<T> mandatory(String example) {
        return new Key<>(
                name, option, isInFlows, form, otherwise, true, isSecret, isOfTheStart, means, "required", example);
    }

    public Key<T> secret() {
        return new Key<>(
                name, option, isInFlows, form, otherwise, required, true, isOfTheStart, means, without, example);
    }

    /** It holds as it was when the process has started. */
    public Key<T> ofTheStart() {
        return new Key<>(name, option, isInFlows, form, otherwise, required, isSecret, true, means, without, example);
    }

    /** Its name within its table. */
    public String local() {
        return name.substring(name.lastIndexOf('.') + 1);
    }

    /** As a bean of a route has it. */
    public String property() {
        return camelCase(local());
    }

    /** Whether its value stays as it is written: what placeholders stand for is a secret, or for Camel to put in. */
    public boolean keepsPlaceholders() {
        return isSecret || form == ENDPOINT;
    }

    /** What is said where it has to be there, and is not. */
    public String missing() {
        String allowed =
                form instanceof Form.Choice<?> choice ? "; allowed: " + String.join(", ", choice.allowed()) : "";
        return "is missing" + allowed + (example.isEmpty() ? "" : "; write for example " + example);
    }

    /**
     * Reads an option of a route.
     *
     * @throws IllegalArgumentException when it is wrong; the message says why
     */
    public T parse(String text) {
        T value = form.parse(text);
        if (!value.equals(otherwise)) {
            form.check(value);
        }
        return value;
    }

    /** What is wrong with a value of a flow file; null where nothing is. */
    public String problem(Object value) {
        try {
            form.of(value);
            return null;
        } catch (IllegalArgumentException e) {
            return e.getMessage();
        }
    }

    /** The text of an option; null where the value is what holds without it. */
    public String print(T value) {
        return value == null || value.equals(otherwise) ? null : form.print(value);
    }

    private static String zoneName(String zone) {
        try {
            ZoneId.of(zone);
            return zone;
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    "\"" + zone + "\" is not a time zone; write for example \"Europe/Vienna\" or \"UTC\""
                            + NearestName.hint(zone, ZoneId.getAvailableZoneIds()),
                    e);
        }
    }

    private static String endpointUri(String uri) {
        if (uri.contains(":") && uri.matches("(?s)([A-Za-z][A-Za-z0-9+.-]*|\\{\\{.*}}):?.*")) {
            return uri;
        }
        throw new IllegalArgumentException(
                "\"" + uri + "\" is not a Camel endpoint; write for example \"file:undelivered\"");
    }

    /** A key as an option's or a property's name. */
    static String camelCase(String key) {
        StringBuilder name = new StringBuilder();
        for (String word : key.split("_")) {
            name.append(name.isEmpty() ? word : Character.toUpperCase(word.charAt(0)) + word.substring(1));
        }
        return name.toString();
    }
}
