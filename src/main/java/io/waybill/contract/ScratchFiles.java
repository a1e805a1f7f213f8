package io.waybill.contract;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Files for what does not fit into memory, each by its name; whoever gives them sees to where they lie, and how. */
public interface ScratchFiles {

    OutputStream create(String name) throws IOException;

    InputStream open(String name) throws IOException;

    void delete(String name) throws IOException;
}
