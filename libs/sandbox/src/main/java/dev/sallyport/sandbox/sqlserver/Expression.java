package dev.sallyport.sandbox.sqlserver;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What has a value: an Integer, a String, a {@link Sid}, a Boolean where a condition stands, or nothing. */
sealed interface Expression {

    /** What an expression is evaluated in. */
    record Scope(Session session, Relation relation, List<@Nullable Object> row) {}

    @Nullable Object value(Scope scope);

    Reply.Type type(Scope scope);

    record Literal(@Nullable Object constant, Reply.Type type) implements Expression {
        @Override
        public @Nullable Object value(Scope scope) {
            return constant;
        }

        @Override
        public Reply.Type type(Scope scope) {
            return type;
        }
    }

    record Column(String name) implements Expression {
        @Override
        public @Nullable Object value(Scope scope) {
            return scope.row().get(scope.relation().index(name));
        }

        @Override
        public Reply.Type type(Scope scope) {
            return scope.relation().columns().get(scope.relation().index(name)).type();
        }
    }

    record Variable(String name) implements Expression {
        @Override
        public @Nullable Object value(Scope scope) {
            if (!scope.session().variables.containsKey(name)) {
                throw SqlError.of(137, "Must declare the scalar variable \"" + name + "\".");
            }
            return scope.session().variables.get(name);
        }

        @Override
        public Reply.Type type(Scope scope) {
            return value(scope) instanceof Integer ? Reply.Type.INT : Reply.Type.TEXT;
        }
    }

    record Call(Functions.Function function, List<Expression> arguments) implements Expression {
        @Override
        public @Nullable Object value(Scope scope) {
            List<@Nullable Object> values = new java.util.ArrayList<>();
            arguments.forEach(each -> values.add(each.value(scope)));
            return function.body().apply(scope.session(), values);
        }

        @Override
        public Reply.Type type(Scope scope) {
            return function.type();
        }
    }

    /** A condition. */
    record Condition(Test test) implements Expression {
        @Override
        public @Nullable Object value(Scope scope) {
            return test.holds(scope);
        }

        @Override
        public Reply.Type type(Scope scope) {
            throw SqlError.syntax("=");
        }
    }

    /** Null stands for "unknown". */
    @FunctionalInterface
    interface Test {
        @Nullable Boolean holds(Scope scope);
    }
}
