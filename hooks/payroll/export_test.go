package payroll

// DeductionHeads are the months that a slip lists of a year.
var DeductionHeads = deductionHeads
