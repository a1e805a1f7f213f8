package io.waybill.flow;

import java.util.List;
import java.util.stream.Collectors;

/**
 * True, false, or one of some names that say more: a flow file has a truth value, or a name in quotes.
 *
 * @param choice all of them, {@code true} and {@code false} too
 */
public record FlagOrName<T>(Form.Choice<T> choice) implements Form<T> {

    private static final List<String> FLAGS = List.of("true", "false");

    /** The constants of an enum, of which two are true and false. */
    static <E extends Enum<E>> FlagOrName<E> of(Class<E> type) {
        return new FlagOrName<>(Choice.of(type));
    }

    /** The names beside true and false. */
    public List<String> names() {
        return choice.allowed().stream().filter(name -> !FLAGS.contains(name)).toList();
    }

    @Override
    public T of(Object value) {
        if (value instanceof Boolean || value instanceof String text && names().contains(text)) {
            return choice.parse(value.toString());
        }
        String expected = names().stream().map(name -> "\"" + name + "\"").collect(Collectors.joining(", "));
        throw Form.wrongType(value, "true, false or " + expected);
    }

    @Override
    public T parse(String text) {
        return choice.parse(text);
    }

    @Override
    public String print(T value) {
        return choice.print(value);
    }
}
