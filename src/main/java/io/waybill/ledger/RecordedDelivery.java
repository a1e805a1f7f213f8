package io.waybill.ledger;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonIncludeProperties;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.waybill.facts.DeliveryFacts;
import java.util.List;
import org.jdbi.v3.core.mapper.Nested;

/**
 * A delivery of a run, and how far that came.
 *
 * @param facts where the files go
 * @param begun how many of these, the waybill as the last, were sent or begun to be
 * @param ahead how many of these, from the first on, were sent to where nobody sees them before they are published, or begun to be
 * @param status how it stands
 * @param error what stopped it; null where nothing did
 */
public record RecordedDelivery(
        @Nested @JsonUnwrapped @JsonIncludeProperties({"id", "place"})
        DeliveryFacts facts,

        @JsonIgnore int begun,
        @JsonIgnore int ahead,
        Status status,
        String error) {

    /** How a delivery stands. */
    public enum Status {
        /** Not all files are there yet. */
        OPEN,
        /** All files are there, and the waybill. */
        DELIVERED,
        /** It was given up, and what had been sent is taken back, where that can be. */
        FAILED
    }

    /** One that has not begun. */
    public static RecordedDelivery planned(DeliveryFacts facts) {
        return new RecordedDelivery(facts, 0, 0, Status.OPEN, null);
    }

    RecordedDelivery withNames(List<String> ofFiles) {
        return new RecordedDelivery(facts.withNames(ofFiles), begun, ahead, status, error);
    }

    public String id() {
        return facts.id();
    }

    @JsonIgnore
    public boolean isDelivered() {
        return status == Status.DELIVERED;
    }
}
