package io.waybill.feed;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.Executor;
import javax.sql.DataSource;

/** A database whose connections break at a step that was chosen: at a statement, or at a commit. */
final class BreakableDatabase {

    /** How it breaks. */
    enum Way {
        /** The step is refused. */
        REFUSED,
        /** The connection is cut off before the step. */
        CUT_OFF,
        /** The step is done, and nobody hears of it: the connection is cut off after it. */
        NOT_HEARD_OF
    }

    private static final Executor HERE = Runnable::run;

    private final DataSource database;
    private int steps = Integer.MAX_VALUE;
    private Way way;
    private String at;

    BreakableDatabase(DataSource database) {
        this.database = database;
    }

    /** Has it break, once, after so many steps from now on. */
    void breakAfter(int count, Way how) {
        steps = count;
        way = how;
        at = null;
    }

    /** Has it break no more. */
    void mend() {
        steps = Integer.MAX_VALUE;
    }

    /** Where it broke; null where it did not. */
    String brokeAt() {
        return at;
    }

    DataSource dataSource() {
        return (DataSource) proxy(DataSource.class, (method, arguments) -> {
            Object answer = call(database, method, arguments);
            return answer instanceof Connection connection ? breakable(connection) : answer;
        });
    }

    private Connection breakable(Connection connection) {
        return (Connection) proxy(Connection.class, (method, arguments) -> {
            if (method.getName().equals("commit")) {
                return step(connection, "commit", () -> call(connection, method, arguments));
            }
            Object answer = call(connection, method, arguments);
            return answer instanceof Statement statement
                    ? proxy(
                            method.getReturnType(),
                            (each, values) -> each.getName().startsWith("execute")
                                    ? step(
                                            connection,
                                            String.valueOf(values == null ? arguments[0] : values[0]),
                                            () -> call(statement, each, values))
                                    : call(statement, each, values))
                    : answer;
        });
    }

    private interface Call {
        Object of(Method method, Object[] arguments) throws Throwable;
    }

    private interface Step {
        Object take() throws Throwable;
    }

    private Object step(Connection connection, String what, Step step) throws Throwable {
        if (steps-- > 0) {
            return step.take();
        }
        mend();
        at = way + " at " + what;
        if (way == Way.NOT_HEARD_OF) {
            step.take();
        }
        if (way != Way.REFUSED) {
            connection.unwrap(Connection.class).abort(HERE);
        }
        throw new SQLException("broken", "08006");
    }

    private static Object proxy(Class<?> type, Call call) {
        return Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> call.of(method, arguments));
    }

    private static Object call(Object on, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(on, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
