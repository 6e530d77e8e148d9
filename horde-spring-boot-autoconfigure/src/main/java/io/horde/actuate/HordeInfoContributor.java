package io.horde.actuate;

import java.util.LinkedHashMap;
import java.util.Map;

import io.horde.cluster.Member;
import io.horde.node.CurrentNode;
import io.horde.node.HordeNode;

import org.springframework.boot.actuate.info.Info;
import org.springframework.boot.actuate.info.InfoContributor;

/**
 * {@link InfoContributor} that tells which node of the cluster this is.
 */
final class HordeInfoContributor implements InfoContributor {

	private final CurrentNode node;

	HordeInfoContributor(CurrentNode node) {
		this.node = node;
	}

	@Override
	public void contribute(Info.Builder builder) {
		HordeNode node = this.node.get();
		if (node == null) {
			return;
		}
		Member self = node.cluster().self();
		Map<String, Object> details = new LinkedHashMap<>();
		details.put("node", self.name());
		details.put("address", self.address());
		details.put("status", self.status().name());
		details.put("members", node.cluster().members().size());
		builder.withDetail("horde", details);
	}

}
