package io.horde.cluster;

/**
 * A member has said good-bye.
 *
 * @param member the member after the change
 */
public record MemberLeftEvent(Member member) implements MemberEvent {

}
