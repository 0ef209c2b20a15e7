package payroll

// plannerPromises are what must hold of goods on credit, granted objections and months without a list: a plan's
// instalments add up to its price and its margin, and with what was paid at once to its goods, which are handed over once and come back once; a booked month takes no more of an item than a granted
// objection says; what is asked for less than due has a reason; and no skipped month has a list.
var plannerPromises = []promise{
	{"payroll.verify.plan", `SELECT p.number, p.principal, coalesce(sum(s.principal), 0), p.margin, coalesce(sum(s.margin), 0) FROM instalment_plans p LEFT JOIN instalment_parts s ON s.plan = p.act
		GROUP BY p.act HAVING p.principal <> coalesce(sum(s.principal), 0) OR p.margin <> coalesce(sum(s.margin), 0) OR p.parts <> count(s.n)`, []string{"plan", "price", "parts", "margin", "margins"}},
	{"payroll.verify.plan_goods", `SELECT p.number, p.principal + coalesce(c.down, 0), coalesce((SELECT sum(g.amount) FROM instalment_goods g WHERE g.plan = p.act), 0) AS goods FROM instalment_plans p
		LEFT JOIN credit_sales c ON c.act = p.act WHERE p.principal + coalesce(c.down, 0) <> goods OR c.total <> goods`, []string{"plan", "price", "goods"}},
	{"payroll.verify.plan_once", `SELECT max(p.number), count(*) AS times FROM instalment_plans p WHERE p.request IS NOT NULL GROUP BY p.request HAVING times > 1
		UNION ALL SELECT p.number, count(DISTINCT t.entry) AS times FROM instalment_plans p CROSS JOIN instalment_parts s ON s.plan = p.act CROSS JOIN settlements t ON t.item = s.item AND t.kind = 'return' GROUP BY p.act HAVING times > 1`, []string{"plan", "times"}},
	{"payroll.verify.plan_item", `SELECT p.number, s.n FROM instalment_parts s JOIN instalment_plans p ON p.act = s.plan JOIN open_items i ON i.id = s.item
		WHERE i.kind <> 'instalment' OR i.member <> p.member OR i.amount <> s.principal OR i.date <> s.date`, []string{"plan", "n"}},
	{"payroll.verify.margin", `SELECT p.number, m.n FROM instalment_margins m JOIN instalment_plans p ON p.act = m.plan JOIN instalment_parts s ON s.plan = m.plan AND s.n = m.n JOIN open_items i ON i.id = m.item
		WHERE i.kind <> 'instalment' OR i.member <> p.member OR i.amount <> s.margin`, []string{"plan", "n"}},
	{"payroll.verify.spared", `SELECT p.period, p.member, p.item, p.settled FROM payroll_adjustments x JOIN payroll_parts p ON p.period = x.period AND p.member = x.member AND p.item = x.item
		JOIN payroll_lines l ON l.period = p.period AND l.member = p.member AND l.settled = 1
		WHERE p.settled > x.most AND x.id = (SELECT max(id) FROM payroll_adjustments n WHERE n.period = x.period AND n.member = x.member AND n.item = x.item)`, []string{"period", "member", "item", "settled"}},
	{"payroll.verify.kept", `SELECT p.period, p.member, p.item FROM payroll_parts p JOIN payroll_lines l ON l.period = p.period AND l.member = p.member AND l.excluded = ''
		WHERE p.planned > p.due OR p.planned < p.due AND p.kept = ''`, []string{"period", "member", "item"}},
	{"payroll.verify.skipped", `SELECT s.period FROM payroll_skips s JOIN payroll_runs r ON r.period = s.period
		WHERE s.skipped = 1 AND s.id = (SELECT max(id) FROM payroll_skips n WHERE n.period = s.period)`, []string{"period"}},
}
