package dev.sallyport.sandbox.sqlserver;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * SELECT over one table or view, or none.
 *
 * @param columns what is selected; empty for all
 * @param from empty for none
 */
record Query(List<Selected> columns, List<String> from, Expression.Test where, List<Order> orders)
        implements Statement {

    record Selected(Expression expression, String name) {}

    record Order(Expression by, boolean descending) {}

    static Query parse(Tokens tokens) {
        tokens.expect("SELECT");
        ExpressionParser expressions = new ExpressionParser(tokens);
        List<Selected> columns = new ArrayList<>();
        if (!tokens.accept("*")) {
            do {
                columns.add(selected(tokens, expressions));
            } while (tokens.accept(","));
        }
        List<String> from = new ArrayList<>();
        if (tokens.accept("FROM")) {
            do {
                from.add(tokens.name());
            } while (tokens.accept("."));
            if (tokens.accept("AS")) {
                tokens.name();
            }
        }
        Expression.Test where = tokens.accept("WHERE") ? expressions.condition() : scope -> true;
        return new Query(columns, from, where, orders(tokens, expressions));
    }

    private static Selected selected(Tokens tokens, ExpressionParser expressions) {
        Expression expression = expressions.expression();
        if (tokens.accept("AS")) {
            return new Selected(expression, tokens.name());
        }
        return new Selected(expression, expression instanceof Expression.Column column ? column.name() : "");
    }

    private static List<Order> orders(Tokens tokens, ExpressionParser expressions) {
        List<Order> orders = new ArrayList<>();
        if (tokens.accept("ORDER", "BY")) {
            do {
                Expression by = expressions.expression();
                boolean descending = tokens.accept("DESC");
                tokens.accept("ASC");
                orders.add(new Order(by, descending));
            } while (tokens.accept(","));
        }
        return orders;
    }

    @Override
    public void run(Session session) {
        Relation result = result(session);
        session.reply().columns(result.columns());
        result.rows().forEach(row -> session.reply().row(result.columns(), row));
        session.reply().statementDone(result.rows().size());
    }

    Relation result(Session session) {
        Relation source = from.isEmpty() ? Relation.ONE_ROW : Catalog.relation(session, from);
        List<List<@Nullable Object>> rows = new ArrayList<>(source.rows());
        rows.removeIf(row -> !Boolean.TRUE.equals(where.holds(new Expression.Scope(session, source, row))));
        rows.sort(order(session, source));
        if (columns.isEmpty()) {
            return new Relation(source.columns(), rows);
        }
        Expression.Scope typing = new Expression.Scope(session, source, rows.isEmpty() ? List.of() : rows.getFirst());
        List<Reply.Column> types = columns.stream()
                .map(each -> new Reply.Column(each.name(), each.expression().type(typing)))
                .toList();
        List<List<@Nullable Object>> selected = new ArrayList<>();
        for (List<@Nullable Object> row : rows) {
            Expression.Scope scope = new Expression.Scope(session, source, row);
            List<@Nullable Object> values = new ArrayList<>();
            columns.forEach(each -> values.add(each.expression().value(scope)));
            selected.add(values);
        }
        return new Relation(types, selected);
    }

    private Comparator<List<@Nullable Object>> order(Session session, Relation source) {
        return (a, b) -> {
            for (Order each : orders) {
                int compared = compare(
                        each.by().value(new Expression.Scope(session, source, a)),
                        each.by().value(new Expression.Scope(session, source, b)));
                if (compared != 0) {
                    return each.descending() ? -compared : compared;
                }
            }
            return 0;
        };
    }

    /** Nothing comes first; texts without case. */
    static int compare(@Nullable Object a, @Nullable Object b) {
        if (a == null || b == null) {
            return Boolean.compare(a != null, b != null);
        }
        return a instanceof Integer left && b instanceof Integer right
                ? Integer.compare(left, right)
                : String.valueOf(a).compareToIgnoreCase(String.valueOf(b));
    }
}
