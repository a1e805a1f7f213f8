package io.waybill.privacy.scan;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Some values of a column, looked at and never told.
 *
 * @param column its name
 * @param holdsText whether its values were read as text; false for types that hold no such thing, of which the name alone counts
 * @param mayBeOfAPerson whether its type can hold what names speak of: a flag named {@code phone} is none
 */
public record Sample(String column, boolean holdsText, boolean mayBeOfAPerson, List<String> values) {

    public Sample(String column, boolean holdsText, boolean mayBeOfAPerson) {
        this(column, holdsText, mayBeOfAPerson, new ArrayList<>());
    }

    /** Takes a value; NULL and blanks say nothing. */
    public void take(String value) {
        if (value != null && !value.isBlank()) {
            values.add(value.strip());
        }
    }

    /** Not its values. */
    @Override
    public String toString() {
        return "Sample[" + column + ", " + values.size() + " values]";
    }

    /**
     * Why it looks like data of a person: by its values, else by its name; empty where it does not.
     *
     * @param region whose telephone numbers are known without their country, {@code DE}; null for none
     */
    public Optional<String> why(String region) {
        Optional<String> byValues = holdsText && !values.isEmpty() ? Likeness.of(values, region) : Optional.empty();
        return byValues.isPresent() || !mayBeOfAPerson
                ? byValues
                : ColumnNames.says(column).map(kind -> "its name is that of " + kind);
    }

    /** Why there is no such region; null where there is. */
    public static String regionProblem(String region) {
        return PhoneNumbers.isRegion(region)
                ? null
                : "\"" + region + "\" is not a region; write two capital letters, DE for example";
    }
}
