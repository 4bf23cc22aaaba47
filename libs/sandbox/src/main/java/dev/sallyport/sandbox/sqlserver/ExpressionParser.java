package dev.sallyport.sandbox.sqlserver;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Parses expressions and conditions, by the server's precedence: OR, AND, NOT, comparisons. */
final class ExpressionParser {

    private final Tokens tokens;

    ExpressionParser(Tokens tokens) {
        this.tokens = tokens;
    }

    Expression expression() {
        Token token = tokens.next();
        return switch (token.kind()) {
            case STRING -> new Expression.Literal(token.text(), Reply.Type.TEXT);
            case NUMBER -> new Expression.Literal(Integer.parseInt(token.text()), Reply.Type.INT);
            case BINARY ->
                new Expression.Literal(new Sid(token.text().toUpperCase(java.util.Locale.ROOT)), Reply.Type.BINARY);
            case VARIABLE ->
                token.text().startsWith("@@")
                        ? new Expression.Call(Functions.named(token.text()), List.of())
                        : new Expression.Variable(token.text());
            case WORD -> word(token.text());
            case QUOTED_NAME -> column(token.text());
            default -> throw SqlError.syntax(token.text());
        };
    }

    Expression.Test condition() {
        Expression.Test test = conjunction();
        while (tokens.accept("OR")) {
            Expression.Test left = test;
            Expression.Test right = conjunction();
            test = scope -> or(left.holds(scope), right.holds(scope));
        }
        return test;
    }

    private Expression word(String word) {
        if (word.equalsIgnoreCase("NULL")) {
            return new Expression.Literal(null, Reply.Type.INT);
        }
        return tokens.accept("(") ? new Expression.Call(Functions.named(word), arguments()) : column(word);
    }

    private List<Expression> arguments() {
        List<Expression> arguments = new ArrayList<>();
        while (!tokens.accept(")")) {
            arguments.add(expression());
            if (!tokens.at(")")) {
                tokens.expect(",");
            }
        }
        return arguments;
    }

    /** A name in front, an alias or a table's, says nothing here: there is one table. */
    private Expression column(String first) {
        String name = first;
        while (tokens.accept(".")) {
            name = tokens.name();
        }
        return new Expression.Column(name);
    }

    private Expression.Test conjunction() {
        Expression.Test test = negation();
        while (tokens.accept("AND")) {
            Expression.Test left = test;
            Expression.Test right = negation();
            test = scope -> and(left.holds(scope), right.holds(scope));
        }
        return test;
    }

    private Expression.Test negation() {
        if (tokens.accept("NOT")) {
            Expression.Test test = negation();
            return scope -> not(test.holds(scope));
        }
        if (tokens.accept("EXISTS")) {
            tokens.expect("(");
            Query query = Query.parse(tokens);
            tokens.expect(")");
            return scope -> !query.result(scope.session()).rows().isEmpty();
        }
        if (tokens.accept("(")) {
            Expression.Test test = condition();
            tokens.expect(")");
            return test;
        }
        return comparison();
    }

    private Expression.Test comparison() {
        Expression left = expression();
        if (tokens.accept("IS")) {
            boolean negated = tokens.accept("NOT");
            tokens.expect("NULL");
            return scope -> (left.value(scope) == null) != negated;
        }
        boolean negated = tokens.accept("NOT");
        if (tokens.accept("IN")) {
            tokens.expect("(");
            List<Expression> list = arguments();
            return scope -> {
                Boolean within = within(left.value(scope), list, scope);
                return negated ? not(within) : within;
            };
        }
        if (negated) {
            throw tokens.syntaxError();
        }
        String operator = tokens.next().text();
        Expression right = expression();
        return switch (operator) {
            case "=" -> scope -> equal(left.value(scope), right.value(scope));
            case "<>", "!=" -> scope -> not(equal(left.value(scope), right.value(scope)));
            case "<" -> scope -> ordered(left.value(scope), right.value(scope), -1, false);
            case ">" -> scope -> ordered(left.value(scope), right.value(scope), 1, false);
            case "<=" -> scope -> ordered(left.value(scope), right.value(scope), -1, true);
            case ">=" -> scope -> ordered(left.value(scope), right.value(scope), 1, true);
            default -> throw SqlError.syntax(operator);
        };
    }

    private static @Nullable Boolean within(@Nullable Object value, List<Expression> list, Expression.Scope scope) {
        Boolean found = false;
        for (Expression each : list) {
            found = or(found, equal(value, each.value(scope)));
        }
        return found;
    }

    /** Texts are compared without case, as the usual collation does. */
    private static @Nullable Boolean equal(@Nullable Object a, @Nullable Object b) {
        if (a == null || b == null) {
            return null;
        }
        return a instanceof String left ? left.equalsIgnoreCase(String.valueOf(b)) : a.equals(b);
    }

    private static @Nullable Boolean ordered(@Nullable Object a, @Nullable Object b, int sign, boolean orEqual) {
        if (a == null || b == null) {
            return null;
        }
        int compared = Query.compare(a, b);
        return compared == 0 ? orEqual : Integer.signum(compared) == sign;
    }

    private static @Nullable Boolean or(@Nullable Boolean a, @Nullable Boolean b) {
        if (Boolean.TRUE.equals(a) || Boolean.TRUE.equals(b)) {
            return true;
        }
        return a == null || b == null ? null : false;
    }

    private static @Nullable Boolean and(@Nullable Boolean a, @Nullable Boolean b) {
        if (Boolean.FALSE.equals(a) || Boolean.FALSE.equals(b)) {
            return false;
        }
        return a == null || b == null ? null : true;
    }

    private static @Nullable Boolean not(@Nullable Boolean a) {
        return a == null ? null : !a;
    }
}
