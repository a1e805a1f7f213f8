package io.waybill.ledger;

import java.util.List;
import org.jdbi.v3.core.mapper.reflect.ColumnName;
import org.jdbi.v3.core.mapper.reflect.JdbiConstructor;

/**
 * Where the files of a run go, and how far that came.
 *
 * @param id what the flow calls it
 * @param endpoint the Camel endpoint that publishes there, its placeholders not resolved
 * @param place the place that no name leaves: an absolute folder, or a URI
 * @param waybill the waybill's name below the place; null where none is delivered
 * @param names the files' names below the place, in their order; empty until they are staged
 * @param begun how many of these, the waybill as the last, were sent or begun to be
 * @param ahead how many of these, from the first on, were sent to where nobody sees them before they are published, or begun to be
 * @param status how it stands
 * @param error what stopped it; null where nothing did
 */
public record RecordedDelivery(
        String id,
        String endpoint,
        String place,
        String waybill,
        List<String> names,
        int begun,
        int ahead,
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

    public RecordedDelivery {
        names = List.copyOf(names);
    }

    /** As it is read, without its files' names. */
    @JdbiConstructor
    RecordedDelivery(
            @ColumnName("delivery") String id,
            String endpoint,
            String place,
            String waybill,
            int begun,
            int ahead,
            Status status,
            String error) {
        this(id, endpoint, place, waybill.isEmpty() ? null : waybill, List.of(), begun, ahead, status, error);
    }

    /** One that has not begun. */
    public static RecordedDelivery planned(String id, String endpoint, String place, String waybill) {
        return new RecordedDelivery(id, endpoint, place, waybill, List.of(), 0, 0, Status.OPEN, null);
    }

    RecordedDelivery withNames(List<String> ofFiles) {
        return new RecordedDelivery(id, endpoint, place, waybill, ofFiles, begun, ahead, status, error);
    }

    public boolean isDelivered() {
        return status == Status.DELIVERED;
    }
}
