package io.waybill.rows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.waybill.LogHeard;
import io.waybill.servers.Ports;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.h2.tools.Server;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A database that is down, and comes up: said at once, and waited for. */
class DatabaseComesUpIT {

    private static final Duration LONG = Duration.ofHours(1);

    private final LogHeard heard = LogHeard.of(DatabasePool.class);
    private final List<String> told = heard.told();

    @AfterEach
    void listenNoMore() {
        heard.close();
    }

    private static HikariDataSource pool(String url, String user, String password, Duration patience) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setUsername(user);
        config.setPassword(password);
        config.setMaximumPoolSize(1);
        config.setMinimumIdle(0);
        config.setPoolName("shop");
        config.setConnectionTimeout(patience.toMillis());
        return new DatabasePool(config);
    }

    private static CompletableFuture<Connection> connect(HikariDataSource pool) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return pool.getConnection();
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    @Test
    void saysAtOnceThatADatabaseIsDownAndWaitsUntilItIsUp() throws Exception {
        int port = Ports.free();
        try (HikariDataSource pool = pool("jdbc:h2:tcp://127.0.0.1:" + port + "/mem:late", "sa", "", LONG)) {
            CompletableFuture<Connection> connection = connect(pool);
            await().until(() -> !told.isEmpty() || connection.isDone());
            assertThat(told.get(0))
                    .matches("data source shop: Connection is broken: .*; trying for another 3[45]\\d\\d s");
            assertThat(connection).isNotDone();

            Server server = Server.createTcpServer("-tcpPort", "" + port, "-ifNotExists")
                    .start();
            try (Connection open = connection.get()) {
                assertThat(open.isValid(0)).isTrue();
            } finally {
                server.stop();
            }
            assertThat(told).hasSize(1);
        }
    }
}
