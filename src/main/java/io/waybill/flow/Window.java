package io.waybill.flow;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.time.LocalDate;

/** The rows that a run stands for. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Window.Everything.class, name = "all"),
    @JsonSubTypes.Type(value = Window.Batch.class, name = "batch"),
    @JsonSubTypes.Type(value = Window.Range.class, name = "range"),
    @JsonSubTypes.Type(value = Window.Slice.class, name = "slice")
})
public sealed interface Window {

    /** All rows that the mode takes. */
    record Everything() implements Window {}

    /**
     * The rows of one batch.
     *
     * @param id the batch: a number or text; null where the data set has no batch yet
     */
    record Batch(@JsonProperty("batch_id") Object id) implements Window {}

    /**
     * The rows whose watermark lies above one value and up to another: what came since the last export. Values are texts, as the
     * ledger keeps them: a number's digits, a time in ISO 8601.
     *
     * @param column the watermark's column
     * @param after not these rows, nor those below; null for all from the beginning
     * @param upTo these rows and those below; null where there is nothing to export yet
     * @param withNulls whether rows without a watermark belong to it
     */
    record Range(
            String column,
            String after,
            String upTo,
            @JsonIgnore boolean withNulls) implements Window {}

    /**
     * The rows of a span of time: one piece of a backfill.
     *
     * @param column a column of dates or times
     * @param from where it begins, in ISO 8601
     * @param to where it ends; what lies there belongs to the next piece
     */
    record Slice(
            String column,
            String from,
            @JsonProperty("before") String to) implements Window {}

    /**
     * Whether nobody need look at its rows to know that none of them is of a day, of UTC, before one.
     *
     * @param time the column that tells of which day a row is
     */
    default boolean isFrom(LocalDate day, String time) {
        if (this instanceof Range range) {
            return range.column().equalsIgnoreCase(time)
                    && !range.withNulls()
                    && range.after() != null
                    && WindowBound.isFrom(range.after(), day);
        }
        // a time without a zone is of the flow's
        return this instanceof Slice slice
                && slice.column().equalsIgnoreCase(time)
                && WindowBound.isFrom(slice.from(), WindowBound.isZoned(slice.from()) ? day : day.plusDays(1));
    }

    /** For people, and the same for the same rows. */
    default String words() {
        if (this instanceof Batch batch) {
            return "batch " + batch.id();
        }
        if (this instanceof Range range) {
            return range.upTo() == null
                    ? "nothing yet of " + range.column()
                    : range.column() + (range.after() == null ? "" : " after " + range.after() + " and") + " up to "
                            + range.upTo();
        }
        if (this instanceof Slice slice) {
            return slice.column() + " from " + slice.from() + " to before " + slice.to();
        }
        return "all rows";
    }
}
