package dev.sallyport.broker.grant;

/**
 * The newest commands that a grant has heard of those that are numbered from 1; 0 for none.
 *
 * @param credentials the version of its secret
 * @param extensions how often it was extended
 */
public record Counted(int credentials, int extensions) {}
