package io.waybill.delivery.sftp;

import com.jcraft.jsch.ChannelSftp;
import com.jcraft.jsch.JSchHostKeyException;
import com.jcraft.jsch.SftpException;
import io.waybill.WaybillException;
import io.waybill.WaybillException.Stage;
import io.waybill.delivery.RemoteUploads;
import io.waybill.delivery.ServerMemory;
import io.waybill.delivery.ServerReply;
import io.waybill.delivery.ServerReply.Kind;
import io.waybill.delivery.StagedFile;
import io.waybill.delivery.UploadsAhead;
import java.util.OptionalLong;
import org.apache.camel.Exchange;
import org.apache.camel.component.file.GenericFileOperationFailedException;
import org.apache.camel.component.file.remote.RemoteFileConfiguration;
import org.apache.camel.component.file.remote.SftpRemoteFile;

/** What camel-ftp does on an SFTP server, to which files may have been sent ahead. */
final class SftpUploads extends RemoteUploads<SftpRemoteFile> {

    private final SftpLogin login;
    private final UploadsAhead<Boolean> ahead;

    /** @param ahead files that were sent already, by their temporary names */
    SftpUploads(SftpLogin login, ServerMemory memory, UploadsAhead<Boolean> ahead) {
        super(login, memory);
        this.login = login;
        this.ahead = ahead;
    }

    @Override
    protected boolean logIn(RemoteFileConfiguration configuration, Exchange exchange) {
        try {
            return super.logIn(configuration, exchange);
        } catch (GenericFileOperationFailedException e) {
            if (e.getCause() instanceof JSchHostKeyException key) {
                throw new WaybillException(
                        Stage.PUBLISH, login.hostKeyProblem(configuration) + ": " + key.getMessage(), e);
            }
            throw e;
        }
    }

    /** What was sent ahead lies there already. */
    @Override
    protected boolean isWritten(String temporary, StagedFile file) throws InterruptedException {
        return ahead.take(temporary, file.path()) != null;
    }

    @Override
    protected boolean isSentAhead(String temporary) {
        return ahead.has(temporary);
    }

    @Override
    protected OptionalLong length(String path) {
        try {
            SftpRemoteFile<?>[] found = server().listFiles(path);
            return OptionalLong.of(found.length == 1 ? found[0].getFileLength() : -1);
        } catch (GenericFileOperationFailedException e) {
            if (isMissing(e)) {
                return OptionalLong.of(-1);
            }
            throw e;
        }
    }

    @Override
    protected boolean isMissing(GenericFileOperationFailedException failure) {
        return failure.getCause() instanceof SftpException sftp && sftp.id == ChannelSftp.SSH_FX_NO_SUCH_FILE;
    }

    @Override
    protected ServerReply reply(GenericFileOperationFailedException failure) {
        if (failure == null
                || !(failure.getCause() instanceof SftpException sftp)
                || sftp.getCause() != null
                || !server().isConnected()) {
            return null;
        }
        return new ServerReply(
                sftp.getMessage(),
                switch (sftp.id) {
                    case ChannelSftp.SSH_FX_PERMISSION_DENIED -> Kind.FORBIDDEN;
                    case ChannelSftp.SSH_FX_NO_SUCH_FILE -> Kind.MISSING;
                    default -> Kind.FAILURE;
                });
    }
}
