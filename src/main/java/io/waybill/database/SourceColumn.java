package io.waybill.database;

import io.waybill.flow.ColumnType;
import java.io.Serializable;
import java.util.Locale;
import java.util.Set;

/**
 * A column of a data set.
 *
 * @param name the database's name for it
 * @param type what its values mean: as declared, else as the database says
 * @param found what they mean as the database says
 * @param nativeType the database's own name of its type
 * @param nullable false where it is NOT NULL for certain
 * @param key whether it belongs to the primary key
 * @param pii whether it is declared to identify a person
 * @param required whether it is declared required
 */
public record SourceColumn(
        String name,
        ColumnType type,
        ColumnType found,
        String nativeType,
        boolean nullable,
        boolean key,
        boolean pii,
        boolean required)
        implements Serializable {

    private static final Set<String> PADDED =
            Set.of("char", "character", "bpchar", "nchar", "national character", "national char");

    /** The same by another name. */
    public SourceColumn named(String other) {
        return new SourceColumn(other, type, found, nativeType, nullable, key, pii, required);
    }

    /** The same, that may or may not hold NULL. */
    public SourceColumn nullable(boolean may) {
        return new SourceColumn(name, type, found, nativeType, may, key, pii, required);
    }

    /** Whether its texts are filled up with spaces, as far as the database shows them: CHAR(n). */
    public boolean isPadded() {
        return found.kind() == ColumnType.Kind.TEXT
                && nativeType != null
                && PADDED.contains(nativeType.toLowerCase(Locale.ROOT));
    }

    /** Whether the database keeps it as text, and its values are declared to be numbers. */
    public boolean isNumberInText() {
        return found.kind() == ColumnType.Kind.TEXT && type.isNumber() && !type.isFloating();
    }
}
