package io.waybill.delivery.ftp;

import io.waybill.WaybillException;
import io.waybill.delivery.RemoteUploads;
import io.waybill.delivery.ServerMemory;
import io.waybill.delivery.ServerReply;
import io.waybill.delivery.ServerReply.Kind;
import java.io.IOException;
import java.util.OptionalLong;
import org.apache.camel.Exchange;
import org.apache.camel.component.file.GenericFileOperationFailedException;
import org.apache.camel.component.file.remote.FtpOperations;
import org.apache.camel.component.file.remote.RemoteFileConfiguration;
import org.apache.camel.component.file.remote.RemoteFileOperations;
import org.apache.commons.net.ftp.FTP;
import org.apache.commons.net.ftp.FTPClient;
import org.apache.commons.net.ftp.FTPFile;
import org.apache.commons.net.ftp.FTPReply;

/** What camel-ftp does on an FTP server, with and without TLS: files go as they are, in binary mode. */
final class FtpUploads extends RemoteUploads<FTPFile> {

    private static final int NEGATIVE = 400;
    private static final int NOT_UNDERSTOOD = 500;
    private static final int LOCAL_ERROR = 451;
    private static final int NO_ROOM = 452;
    private static final int OVER_QUOTA = 552;

    private final FTPClient client;

    FtpUploads(RemoteFileOperations<FTPFile> server, ServerMemory memory) {
        super(server, memory);
        this.client = ((FtpOperations) server).getClient();
    }

    @Override
    protected boolean isMissing(GenericFileOperationFailedException failure) {
        return failure.getCode() == FTPReply.FILE_UNAVAILABLE || failure.getCode() == FTPReply.FILE_ACTION_NOT_TAKEN;
    }

    /** Files go as they are, or not at all. */
    static void checkMode(RemoteFileConfiguration configuration) {
        if (!configuration.isBinary()) {
            throw WaybillException.refusal(
                    "option binary: \"false\" has the server change files on their way; only true is allowed");
        }
    }

    @Override
    protected boolean logIn(RemoteFileConfiguration configuration, Exchange exchange) {
        boolean connected = super.logIn(configuration, exchange);
        try {
            // camel-ftp asks for it, and does not look at the answer
            if (connected && !client.setFileType(FTP.BINARY_FILE_TYPE)) {
                String answer = answer();
                server().disconnect();
                throw WaybillException.undelivered(
                        "the server does not take files as they are, in binary mode (TYPE I): \"" + answer + "\"");
            }
        } catch (IOException e) {
            throw failure(e);
        }
        return connected;
    }

    private GenericFileOperationFailedException failure(IOException e) {
        return new GenericFileOperationFailedException(
                client.getReplyCode(), client.getReplyString(), e.getMessage(), e);
    }

    private String answer() {
        return client.getReplyString() == null ? "" : client.getReplyString().strip();
    }

    /** By SIZE, or MLST, which find what begins with a dot; else among what is listed. */
    @Override
    protected OptionalLong length(String path) {
        try {
            String size = client.getSize(path);
            if (size != null && size.strip().matches("\\d+")) {
                return OptionalLong.of(Long.parseLong(size.strip()));
            }
            if (client.getReplyCode() == FTPReply.FILE_UNAVAILABLE) {
                return OptionalLong.of(-1);
            }
            FTPFile known = client.mlistFile(path);
            if (known != null && known.isValid()) {
                return OptionalLong.of(known.getSize());
            }
            return client.getReplyCode() == FTPReply.FILE_UNAVAILABLE ? OptionalLong.of(-1) : listed(path);
        } catch (IOException e) {
            throw failure(e);
        }
    }

    private OptionalLong listed(String path) {
        String name = path.substring(path.lastIndexOf('/') + 1);
        for (FTPFile found : server().listFiles(path)) {
            if (found != null && found.getName().endsWith(name)) {
                return OptionalLong.of(found.getSize());
            }
        }
        return name.startsWith(".") ? OptionalLong.empty() : OptionalLong.of(-1);
    }

    @Override
    protected ServerReply reply(GenericFileOperationFailedException failure) {
        if (failure != null && failure.getCause() instanceof IOException) {
            return null;
        }
        int code = client.getReplyCode();
        if (code < NEGATIVE || code == FTPReply.SERVICE_NOT_AVAILABLE) {
            return null;
        }
        return new ServerReply(
                answer(),
                switch (code) {
                    case NO_ROOM, OVER_QUOTA -> Kind.FULL;
                    case LOCAL_ERROR -> Kind.FAILURE;
                    default -> code < NOT_UNDERSTOOD ? Kind.FAILURE : Kind.FORBIDDEN;
                });
    }
}
