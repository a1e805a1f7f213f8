package io.waybill.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The standard output of a process, which notes why something could not be written: Java tells nobody. */
final class StandardOutput extends FilterOutputStream {

    private static final int BUFFER_BYTES = 8192;

    /** What a system says whose reader has gone: it has what it wanted. */
    private static final String NO_READER = "Broken pipe";

    private volatile IOException failure;

    private StandardOutput(OutputStream out) {
        super(out);
    }

    /** Has all that is printed from now on go through it. */
    static StandardOutput take() {
        StandardOutput taken = new StandardOutput(new FileOutputStream(FileDescriptor.out));
        System.setOut(new PrintStream(new BufferedOutputStream(taken, BUFFER_BYTES), true, StandardCharsets.UTF_8));
        return taken;
    }

    @Override
    public void write(int octet) throws IOException {
        write(new byte[] {(byte) octet}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
        try {
            out.write(bytes, from, length);
        } catch (IOException e) {
            failure = failure == null ? e : failure;
            throw e;
        }
    }

    /** Why not all of it has come to whoever reads it; empty where it has, or nobody reads it any more. */
    Optional<String> lost() {
        System.out.flush();
        return Optional.ofNullable(failure)
                .map(e -> String.valueOf(e.getMessage()))
                .filter(reason -> !reason.contains(NO_READER));
    }
}
