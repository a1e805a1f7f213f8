package io.waybill.flow;

import java.time.Duration;
import java.util.List;

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
 * @param means what it is for: one line of Markdown
 * @param without what holds where it is not set, in words
 */
public record Key<T>(
        String name,
        String option,
        boolean isInFlows,
        Form<T> form,
        T otherwise,
        boolean required,
        boolean isSecret,
        String means,
        String without) {

    /** A key of a form of its own. */
    public static <T> Key<T> of(String name, Form<T> form, T otherwise, String means) {
        return new Key<>(name, camelCase(name), true, form, otherwise, false, false, means, "");
    }

    public static Key<String> text(String name, String means) {
        return of(name, new Form.Text(), null, means);
    }

    public static Key<Object> textOrNumber(String name, String means) {
        return of(name, new Form.TextOrNumber(), null, means);
    }

    public static Key<Boolean> flag(String name, String means) {
        return of(name, new Form.Flag(), false, means).without("`false`");
    }

    /** A number that limits something; 0, which is not written, for no limit. */
    public static Key<Long> limit(String name, long least, String means) {
        return of(name, new Form.Whole(least, Long.MAX_VALUE), 0L, means);
    }

    public static Key<Long> number(String name, long least, long most, long otherwise, String means) {
        return of(name, new Form.Whole(least, most), otherwise, means).without(Long.toString(otherwise));
    }

    public static <E extends Enum<E>> Key<E> choice(String name, Class<E> type, E otherwise, String means) {
        return of(name, new Form.Choice<>(type), otherwise, means)
                .without(otherwise == null ? "" : "`" + Form.lower(otherwise) + "`");
    }

    public static Key<Duration> time(String name, Duration otherwise, String means) {
        return of(name, new Form.Time(), otherwise, means)
                .without(otherwise == null ? "none" : "`" + Span.text(otherwise) + "`");
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
        return of(name, new Form.Checked<>(Object.class, value -> null), null, means);
    }

    public Key<T> otherwise(T value) {
        return new Key<>(name, option, isInFlows, form, value, required, isSecret, means, without);
    }

    public Key<T> without(String words) {
        return new Key<>(name, option, isInFlows, form, otherwise, required, isSecret, means, words);
    }

    Key<T> option(String other) {
        return new Key<>(name, other, isInFlows, form, otherwise, required, isSecret, means, without);
    }

    Key<T> inFlowsAlone() {
        return option(null);
    }

    public Key<T> inRoutesAlone() {
        return new Key<>(name, option, false, form, otherwise, required, isSecret, means, without);
    }

    Key<T> inFlows() {
        return new Key<>(name, option, true, form, otherwise, required, isSecret, means, without);
    }

    Key<T> mandatory() {
        return new Key<>(name, option, isInFlows, form, otherwise, true, isSecret, means, "required");
    }

    Key<T> secret() {
        return new Key<>(name, option, isInFlows, form, otherwise, required, true, means, without);
    }

    /** Its name within its table. */
    public String local() {
        return name.substring(name.lastIndexOf('.') + 1);
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

    /** A key as an option's or a property's name. */
    static String camelCase(String key) {
        StringBuilder name = new StringBuilder();
        for (String word : key.split("_")) {
            name.append(name.isEmpty() ? word : Character.toUpperCase(word.charAt(0)) + word.substring(1));
        }
        return name.toString();
    }
}
