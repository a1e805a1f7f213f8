package io.waybill.ledger;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.time.Instant;
import org.jdbi.v3.core.mapper.reflect.ColumnName;

/**
 * How far a flow has exported.
 *
 * @param flow the flow's id
 * @param dataset the data set that it is of
 * @param column the column that it is of
 * @param value the highest value that was exported, as text
 * @param version grows with each change; 0 where there is no watermark
 * @param runId the run that moved it last; null where a person did
 * @param changedAt when it was moved last
 */
@JsonPropertyOrder({"flow", "dataset", "column", "value", "changed_at", "run_id"})
public record Watermark(
        String flow,
        String dataset,
        @ColumnName("column_name") String column,
        @ColumnName("watermark") String value,
        @JsonIgnore long version,
        String runId,
        @ColumnName("changed_ms") Instant changedAt) {}
