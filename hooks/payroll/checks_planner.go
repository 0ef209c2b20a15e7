package payroll

// plannerPromises are what must hold of goods on credit, granted objections and months without a list: a plan's
// instalments add up to its price and its margin, and with what was paid at once to its goods, which are handed over once; what comes back was sold, and cuts the instalments by what its entry says; a booked month takes no more of an item than a granted
// objection says; what is asked for less than due has a reason; and no skipped month has a list.
var plannerPromises = []promise{
	{"payroll.verify.plan", `SELECT p.number, p.principal, coalesce(sum(s.principal), 0), p.margin, coalesce(sum(s.margin), 0) FROM instalment_plans p LEFT JOIN instalment_parts s ON s.plan = p.act
		GROUP BY p.act HAVING p.principal <> coalesce(sum(s.principal), 0) OR p.margin <> coalesce(sum(s.margin), 0) OR p.parts <> count(s.n)`, []string{"plan", "price", "parts", "margin", "margins"}},
	{"payroll.verify.plan_goods", `SELECT p.number, p.principal + coalesce(c.down, 0), coalesce((SELECT sum(g.amount) FROM instalment_goods g WHERE g.plan = p.act), 0) AS goods FROM instalment_plans p
		LEFT JOIN credit_sales c ON c.act = p.act WHERE p.principal + coalesce(c.down, 0) <> goods OR c.total <> goods`, []string{"plan", "price", "goods"}},
	{"payroll.verify.plan_once", `SELECT max(p.number), count(*) AS times FROM instalment_plans p WHERE p.request IS NOT NULL GROUP BY p.request HAVING times > 1`, []string{"plan", "times"}},
	{"payroll.verify.plan_back", `SELECT p.number, g.line FROM instalment_goods g JOIN instalment_plans p ON p.act = g.plan JOIN (SELECT plan, line, sum(quantity) AS quantity, sum(amount) AS amount, sum(cost) AS cost
		FROM instalment_return_goods GROUP BY plan, line) b ON b.plan = g.plan AND b.line = g.line WHERE b.quantity > g.quantity OR b.amount > g.amount OR b.cost > g.cost
		OR b.quantity = g.quantity AND (b.amount <> g.amount OR b.cost <> g.cost)`, []string{"plan", "n"}},
	{"payroll.verify.plan_return", `SELECT number, amount, goods, ended, settled, held, booked FROM (SELECT p.number, b.amount, b.ended, b.held, b.amount + b.margin - b.held AS ends,
		coalesce((SELECT sum(g.amount) FROM instalment_return_goods g WHERE g.act = b.act), 0) AS goods, coalesce((SELECT sum(c.principal) FROM instalment_cuts c WHERE c.act = b.act), 0) AS cut,
		coalesce((SELECT sum(t.amount) FROM instalment_parts s JOIN settlements t ON t.item = s.item AND t.kind = 'return' AND t.entry = b.entry WHERE s.plan = b.plan), 0) AS settled,
		coalesce((SELECT sum(t.amount) FROM instalment_margins s JOIN settlements t ON t.item = s.item AND t.kind = 'return' AND t.entry = b.entry WHERE s.plan = b.plan), 0) AS margins,
		coalesce((SELECT -sum(l.amount) FROM journal_lines l WHERE l.entry = b.entry AND l.account = 2107), 0) AS booked
		FROM instalment_returns b JOIN instalment_plans p ON p.act = b.plan) WHERE amount <> goods OR ended <> cut OR ended <> settled OR ends <> settled + margins OR held <> booked`,
		[]string{"plan", "price", "goods", "ended", "settled", "held", "booked"}},
	{"payroll.verify.plan_settled", `SELECT p.number, t.amount FROM instalment_plans p CROSS JOIN instalment_parts s ON s.plan = p.act CROSS JOIN settlements t ON t.item = s.item AND t.kind = 'return'
		WHERE NOT EXISTS(SELECT 1 FROM instalment_returns b JOIN instalment_cuts c ON c.act = b.act AND c.n = s.n WHERE b.plan = p.act AND b.entry = t.entry AND c.principal = t.amount)`, []string{"plan", "amount"}},
	{"payroll.verify.plan_item", `SELECT p.number, s.n FROM instalment_parts s JOIN instalment_plans p ON p.act = s.plan JOIN open_items i ON i.id = s.item
		WHERE i.kind <> 'instalment' OR i.member <> p.member OR i.amount <> s.principal OR i.date <> s.date`, []string{"plan", "n"}},
	{"payroll.verify.margin", `SELECT p.number, m.n FROM instalment_margins m JOIN instalment_plans p ON p.act = m.plan JOIN instalment_parts s ON s.plan = m.plan AND s.n = m.n JOIN open_items i ON i.id = m.item
		WHERE i.kind <> 'instalment' OR i.member <> p.member OR i.amount <> s.margin - (SELECT coalesce(sum(c.margin), 0) FROM instalment_cuts c WHERE c.plan = s.plan AND c.n = s.n AND c.act < m.act)`, []string{"plan", "n"}},
	{"payroll.verify.spared", `SELECT p.period, p.member, p.item, p.settled FROM payroll_adjustments x JOIN payroll_parts p ON p.period = x.period AND p.member = x.member AND p.item = x.item
		JOIN payroll_lines l ON l.period = p.period AND l.member = p.member AND l.settled = 1
		WHERE p.settled > x.most AND x.id = (SELECT max(id) FROM payroll_adjustments n WHERE n.period = x.period AND n.member = x.member AND n.item = x.item)`, []string{"period", "member", "item", "settled"}},
	{"payroll.verify.kept", `SELECT p.period, p.member, p.item FROM payroll_parts p JOIN payroll_lines l ON l.period = p.period AND l.member = p.member AND l.excluded = ''
		WHERE p.planned > p.due OR p.planned < p.due AND p.kept = ''`, []string{"period", "member", "item"}},
	{"payroll.verify.skipped", `SELECT s.period FROM payroll_skips s JOIN payroll_runs r ON r.period = s.period
		WHERE s.skipped = 1 AND s.id = (SELECT max(id) FROM payroll_skips n WHERE n.period = s.period)`, []string{"period"}},
}
