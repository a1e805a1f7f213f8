package io.waybill.delivery.iceberg;

import io.waybill.delivery.ConnectionCheck;
import io.waybill.flow.Delivery;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import org.apache.iceberg.Table;

/** Tries a catalog out, and the place where a table keeps its data; the table stays as it is. */
final class IcebergCheck {

    private static final byte[] CONTENT = "Waybill was here\r\n\u0000".getBytes(StandardCharsets.UTF_8);

    private IcebergCheck() {}

    static void run(ConnectionCheck check, Delivery delivery) {
        IcebergEndpoint endpoint = check.context().getEndpoint(check.endpoint(delivery), IcebergEndpoint.class);
        if (!check.step("opens the catalog", () -> {
            endpoint.lakeTable();
            return endpoint.getCatalog();
        })) {
            return;
        }
        LakeTable table = endpoint.lakeTable();
        Optional<Table>[] found = newHolder();
        if (!check.step("finds the table", () -> {
            found[0] = table.find();
            if (found[0].isEmpty() && !endpoint.isCreate()) {
                table.load();
            }
            return found[0].map(there -> endpoint.getTable() + ", "
                            + there.schema().columns().size() + " columns, "
                            + (there.spec().isPartitioned() ? "partitioned" : "not partitioned"))
                    .orElse(endpoint.getTable() + " is made by the first run");
        })) {
            return;
        }
        found[0].ifPresent(
                there -> check.step("writes a file, reads it back and removes it", () -> tryOut(table, there)));
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // what a lambda found
    private static Optional<Table>[] newHolder() {
        return new Optional[1];
    }

    private static String tryOut(LakeTable table, Table there) throws IOException {
        String location = there.locationProvider().newDataLocation("waybill-check-" + UUID.randomUUID() + ".tmp");
        try {
            try (OutputStream out = table.files().newOutputFile(location).create()) {
                out.write(CONTENT);
            }
            try (InputStream in = table.files().open(location, 0)) {
                if (!Arrays.equals(in.readAllBytes(), CONTENT)) {
                    throw new IOException(location + " is not what was written");
                }
            }
        } finally {
            table.files().delete(location);
        }
        return there.location();
    }
}
