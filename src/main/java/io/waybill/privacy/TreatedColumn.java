package io.waybill.privacy;

import io.waybill.flow.Transform;
import io.waybill.rows.Column;

/**
 * A column whose values leave in another form.
 *
 * @param read the column as it is read
 * @param written the column as it is written
 * @param transform what becomes of its values; of a type that it is for, and not {@code exclude}
 * @param isPadded whether its texts have spaces at their ends that say nothing
 * @param key the key of its transform; null for one that has none
 */
public record TreatedColumn(Column read, Column written, Transform transform, boolean isPadded, PrivacyKey key) {}
