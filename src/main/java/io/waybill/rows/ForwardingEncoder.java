package io.waybill.rows;

import java.io.IOException;

/** Hands another encoder rows that look otherwise; all else is that one's. */
public abstract class ForwardingEncoder implements RowEncoder {

    protected final RowEncoder encoder;

    protected ForwardingEncoder(RowEncoder encoder) {
        this.encoder = encoder;
    }

    @Override
    public void finish() throws IOException {
        encoder.finish();
    }

    @Override
    public void abort() {
        encoder.abort();
    }

    @Override
    public long bytes() {
        return encoder.bytes();
    }

    @Override
    public long uncompressedBytes() {
        return encoder.uncompressedBytes();
    }

    @Override
    public long heldBytes() {
        return encoder.heldBytes();
    }

    @Override
    public long leastHeldBytes() {
        return encoder.leastHeldBytes();
    }

    @Override
    public void letGo() throws IOException {
        encoder.letGo();
    }

    @Override
    public int rowGroups() {
        return encoder.rowGroups();
    }
}
