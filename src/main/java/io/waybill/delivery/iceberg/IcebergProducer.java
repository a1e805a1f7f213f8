package io.waybill.delivery.iceberg;

import com.fasterxml.jackson.databind.JsonNode;
import io.waybill.WaybillException;
import io.waybill.delivery.Destinations;
import io.waybill.delivery.StagedFile;
import io.waybill.delivery.Transfer;
import io.waybill.facts.FactsJson;
import io.waybill.facts.FileFacts;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.component.file.FileConstants;
import org.apache.camel.support.DefaultProducer;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;

/** Uploads a file of a run to where its table keeps data; of the run's waybill, which comes last, it makes the snapshot. */
final class IcebergProducer extends DefaultProducer {

    private final IcebergEndpoint endpoint;

    IcebergProducer(IcebergEndpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
    }

    @Override
    public void process(Exchange exchange) throws Exception {
        StagedFile file = StagedFile.of(exchange);
        FileOfRun name = FileOfRun.parse(exchange.getMessage().getHeader(FileConstants.FILE_NAME, String.class));
        String transfer = exchange.getMessage().getHeader(Transfer.HEADER, name.runId(), String.class);
        LakeTable table = endpoint.lakeTable();
        if (name.isWaybill()) {
            commit(table, file, name, exchange, transfer);
        } else {
            upload(table, file, name, exchange, transfer);
        }
    }

    private void upload(LakeTable table, StagedFile file, FileOfRun name, Exchange exchange, String transfer)
            throws Exception {
        Footer footer = Footer.of(new SeekableFile(file.toString(), file::length, file::open));
        Schema rows = footer.schema();
        Table there = table.loadOrCreate(rows);
        RunMark mark = RunMark.of(LakeTable.metadata(there), name.runId());
        if (mark.isCommitted()) {
            return;
        }
        if (footer.rows() > 0 && there.spec().isPartitioned()) {
            footer.in(there, there.schema()); // before a long file is sent
        }
        endpoint.uploading(mark);
        String sha256 = exchange.getMessage().getHeader(Destinations.SHA256, String.class);
        table.files().put(file, name.location(there, mark), sha256, transfer);
    }

    private void commit(LakeTable table, StagedFile file, FileOfRun name, Exchange exchange, String transfer)
            throws Exception {
        String ledger = exchange.getMessage().getHeader(Destinations.LEDGER, String.class);
        if (ledger == null) {
            throw WaybillException.undelivered("waybill-iceberg: header " + Destinations.LEDGER
                    + " is missing: which ledger knows of the run; it comes with what waybill:manifest hands over");
        }
        JsonNode waybill;
        try (InputStream in = file.open()) {
            waybill = FactsJson.MAPPER.readTree(in);
        }
        Table there = table.load();
        RunMark mark = RunMark.of(LakeTable.metadata(there), name.runId());
        RunMark expected = endpoint.uploaded(mark);
        if (mark.isCommitted()) {
            return;
        }
        List<Footer> files = new ArrayList<>();
        for (JsonNode each : waybill.path("files")) {
            String location = name.beside(each.path("name").asText()).location(there, expected);
            files.add(Footer.of(requireThere(table, location, each.path("bytes").asLong()))
                    .of(FactsJson.MAPPER.convertValue(each, FileFacts.class).values()));
        }
        if (files.isEmpty()) {
            throw WaybillException.undelivered("waybill-iceberg: the waybill " + name + " lists no files");
        }
        // beside the data, for who verifies the run later
        table.files().put(file, name.location(there, expected), null, transfer);
        table.commit(new LakeTable.Committing(
                expected,
                waybill.path("flow").asText(),
                upTo(waybill.path("window")),
                ledger,
                files.get(0).schema(),
                files));
        endpoint.ended(mark);
    }

    private static org.apache.iceberg.io.InputFile requireThere(LakeTable table, String location, long bytes)
            throws IOException {
        long found = table.files().size(location);
        if (found != bytes) {
            throw WaybillException.undelivered(location
                    + (found < 0 ? " is not there any more" : " has " + found + " bytes, not " + bytes)
                    + "; nothing was committed");
        }
        return table.files().newInputFile(location);
    }

    /** Up to where the rows of a window go; null where that is nowhere. */
    private static String upTo(JsonNode window) {
        JsonNode upTo = window.path("up_to");
        return upTo.isValueNode() && !upTo.isNull() ? upTo.asText() : null;
    }
}
