package showcase

import "kpdk/hooks/internal/money"

// Floor is the smallest number of people a public figure may be about.
const Floor = 10

// few says that a figure about n people may not be shown. Nobody at all is no person's secret.
func few(n int64) bool { return n > 0 && n < Floor }

// joinedShown says that the share of the staff may be shown: neither those who joined nor those who have not are few.
func (f Figures) joinedShown() bool {
	return f.StaffMembers >= Floor && f.Employees >= Floor && !f.allButFew()
}

// allButFew says that only a few of the staff have not joined. Nobody may be able to count them, and ask them why: then
// neither the share nor the length of the staff list is shown.
func (f Figures) allButFew() bool { return few(f.Employees - f.StaffMembers) }

// amountsShown says that sums over the books are about many: a kind of savings held by a few, or a few buyers, would
// follow from one sum less another.
func (f Figures) amountsShown() bool {
	return f.Savers() >= Floor && !few(f.Principal.People) && !few(f.Mandatory.People) && !few(f.Voluntary.People) && !few(f.MemberSales.People)
}

// savings are the three kinds with their sum. A kind held by too few would follow from the sum and the others,
// so then only the sum is left; and not even that when too few people hold any.
func (f Figures) savings() (kinds []Held, total Held, shown bool) {
	kinds = []Held{f.Principal, f.Mandatory, f.Voluntary}
	hide := false
	for _, k := range kinds {
		total.Amount += k.Amount
		hide = hide || few(k.People)
	}
	total.People = f.Savers()
	if few(total.People) {
		return nil, Held{}, false
	}
	if hide {
		kinds = nil
	}
	return kinds, total, true
}

// Savers is the largest number of people who hold one kind.
func (f Figures) Savers() int64 {
	return max(f.Principal.People, f.Mandatory.People, f.Voluntary.People)
}

// months are the sales of the year with the months of too few buyers emptied. A single empty month would follow from
// the year's total, so the next smallest one is emptied with it.
func (f Figures) months() (months []Sold, hidden []bool) {
	months, hidden = append([]Sold(nil), f.Sales...), make([]bool, len(f.Sales))
	count := 0
	for i, m := range months {
		if few(m.Members.People) {
			hidden[i], count = true, count+1
		}
	}
	if count == 1 {
		least := -1
		for i, m := range months {
			if !hidden[i] && m.Members.People > 0 && (least < 0 || m.Members.People < months[least].Members.People) {
				least = i
			}
		}
		if least >= 0 {
			hidden[least] = true
		}
	}
	for i := range months {
		if hidden[i] {
			months[i].Members, months[i].NonMember = Held{}, 0
		}
	}
	return months, hidden
}

// share is part of whole in basis points, rounded to the nearest; nothing of nothing is 0.
func share(part, whole int64) int64 {
	if whole == 0 {
		return 0
	}
	return int64(money.Share(10_000, part, whole))
}
