"""What may be dialled, and which way it goes. What no line allows is refused.

A pattern is a regular expression for the whole number. A line admits ordinary numbers only, unless it names another
`tariff`: international, premium and satellite numbers are refused however wide the pattern. Emergency numbers pass.
1349 and 1740 to 1749 are satellite telephones with numbers as mobiles have them.
"""

from fsapp.domain.dialplan import limits, numbers, phones

local = numbers("[2-8][0-9]{6,7}", gateway="pstn")
long_distance = numbers("0(10|2[0-9]|[3-9][0-9]{2})[0-9]{7,8}", gateway="pstn")
mobiles = numbers("0?1(?!349|74)[3-9][0-9]{9}", gateway="pstn")
hotlines = numbers("(95|96)[0-9]{3,6}|12[0-9]{3}|400[0-9]{7}|800[0-9]{7}", gateway="pstn")
traffic_police = numbers("122", gateway="pstn")

# What outside calls may come to, whoever makes them: what is beyond it is refused, emergency calls excepted. A cost is
# minutes by the price of the tariff: 1, international 10, premium 20, satellite 50, unless this line says otherwise.
limits(concurrent=60, minutes_per_day=6000, per_number_per_day=30, cost_per_day=6000)

agents = phones("10[0-9]{2}", profile="phones", domain="fsapp.local")
