package io.waybill.privacy;

import java.time.ZoneId;

/** Makes the transform of a column, once for each thread that encodes. */
final class Transforms {

    private Transforms() {}

    /** @param zone whose calendar instants are put into */
    static ColumnTransform of(TreatedColumn column, ZoneId zone) {
        return switch (column.transform().method()) {
            case HASH -> new HashColumn(column);
            case MASK -> new TextTransforms.Mask(column);
            case TOKENIZE -> new TokenColumn(column);
            case TRUNCATE -> TextTransforms.truncate(column);
            case DOMAIN -> TextTransforms.domain(column);
            case GENERALIZE -> Generalized.of(column, zone);
            case EXCLUDE -> throw new IllegalArgumentException("a column that is left out is not read");
        };
    }
}
