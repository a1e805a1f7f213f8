package io.waybill.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.delivery.folder.LocalDestination;
import io.waybill.flow.FileFormat;
import io.waybill.part.PartNames;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a plan promises of a delivery. */
class PlannedDeliveryTest {

    private static PlannedDelivery toAFolder(boolean several) {
        return new PlannedDelivery(
                "local",
                new LocalDestination("/exports"),
                new PartNames("orders.csv", "orders", FileFormat.of("csv"), "", several, 1),
                true,
                Map.of(),
                true);
    }

    @Test
    void aFileThatIsRenamedComesOnce() {
        assertThat(toAFolder(false).promise(true)).isEqualTo("once; checked by its SHA-256");
    }

    @Test
    void filesBeforeOneThatCannotBePublishedMayComeTwice() {
        assertThat(toAFolder(true).promise(true))
                .isEqualTo(
                        "once; if a file cannot be published, those before it may come twice where readers take files away"
                                + " before their waybill is there; checked by its SHA-256");
    }

    @Test
    void aFileThatIsCopiedMayComeTwice() {
        assertThat(toAFolder(false).promise(false))
                .isEqualTo(
                        "once; if the process is killed, the file that is just being sent may come twice where readers"
                                + " take files away before their waybill is there; checked by its SHA-256");
    }
}
